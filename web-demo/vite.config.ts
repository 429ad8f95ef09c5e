import { readdirSync } from 'node:fs'
import { defineConfig } from 'vite'
import { localHubGuard, localHubProxy } from './local-hub-proxy.ts'
import { precacheList } from './precache-list.ts'

// The policy of each page itself stands in its HTML, so that it holds wherever the files are put; what only a header
// can say is here.
const headers = {
  'Content-Security-Policy': "frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
}

/** Each HTML file of this folder is a page, with an address of its name: `kiosk.html` is `/kiosk`. */
const pages = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.html'))

const proxy = localHubProxy()

const worker = 'src/kiosk/service-worker.ts'

export default defineConfig({
  base: './',
  appType: 'mpa',
  plugins: [localHubGuard(), precacheList('kiosk.html', 'kiosk-worker.js')],
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: [...pages, worker].map((file) => `${import.meta.dirname}/${file}`),
      // A service worker keeps its name, or a page would never find a newer one; its place is the root, as it governs /kiosk.
      output: {
        entryFileNames: ({ facadeModuleId }) =>
          facadeModuleId?.endsWith(worker) === true ? 'kiosk-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  // The overlay is made of inline styles, which the page's policy refuses: errors of a build are in the terminal.
  // No other origin may read what these servers answer; Vite's default lets every page of this machine.
  server: { host: 'localhost', headers, proxy, cors: false, hmr: { overlay: false } },
  preview: { host: 'localhost', headers, proxy, cors: false },
})
