import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The hub serves what is built here: the page at `/`, its files below `/hub/page/`. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/hub/page/',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing from `data:`, so that the page's policy can do without it; and no code of the bundler's that writes markup.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // How long a plugin took on a busy machine is no news to who starts a hub.
    rolldownOptions: { checks: { pluginTimings: false } },
    // Others' code is in here, and so are their licences.
    license: { fileName: 'licenses.md' },
  },
})
