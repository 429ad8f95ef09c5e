import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { precompress } from '../../page-kit/build/precompress.ts'

/** The hub serves this build: the page at `/`, its files below `/hub/page/`. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/hub/page/',
  logLevel: 'warn',
  plugins: [precompress()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    // The page's Content-Security-Policy allows neither data: URLs nor the polyfill, which writes
    // markup.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Keeps plugin timings out of the output.
    rolldownOptions: { checks: { pluginTimings: false } },
    // Lists the licenses of the bundled packages.
    license: { fileName: 'licenses.md' },
  },
})
