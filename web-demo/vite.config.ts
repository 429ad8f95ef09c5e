import { defineConfig } from 'vite'

// The policy of the page itself stands in index.html, so that it holds wherever the files are put; what only a header
// can say is here.
const headers = {
  'Content-Security-Policy': "frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
}

export default defineConfig({
  base: './',
  build: { target: 'es2022', chunkSizeWarningLimit: 700 },
  // The overlay is made of inline styles, which the page's policy refuses: errors of a build are in the terminal.
  server: { host: 'localhost', headers, hmr: { overlay: false } },
  preview: { host: 'localhost', headers },
})
