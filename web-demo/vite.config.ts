import { readdirSync } from 'node:fs'
import { defineConfig } from 'vite'
import { precompress } from '../page-kit/build/precompress.ts'
import { localHubGuard, localHubProxy } from './local-hub-proxy.ts'
import { precacheList } from './precache-list.ts'

// The Content-Security-Policy of each page is in its HTML, so it applies on every server. These
// directives work only as headers.
const HEADERS = {
  'Content-Security-Policy': "frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
}

/** Each HTML file of this folder is a page: `kiosk.html` is at `/kiosk`. */
const pages = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.html'))

const proxy = localHubProxy()

const WORKER = 'src/kiosk/service-worker.ts'

export default defineConfig({
  base: './',
  appType: 'mpa',
  plugins: [localHubGuard(), precacheList('kiosk.html', 'kiosk-worker.js'), precompress()],
  build: {
    target: 'es2022',
    // Every browser of this target preloads modules by itself, except for Safari 16.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // Lists the licenses of the bundled packages. The package of the hub contains these pages.
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      // Keeps plugin timings out of the output.
      checks: { pluginTimings: false },
      input: [...pages, WORKER].map((file) => `${import.meta.dirname}/${file}`),
      // A fixed name lets a browser find a newer worker. The root is the scope that includes
      // /kiosk.
      output: {
        // Without this group, each of these modules is a file too small to compress.
        codeSplitting: {
          groups: [
            {
              name: 'shared',
              test: /(?:web-demo\/src\/shared\/(?:dom|json-value)|page-kit\/src\/time|core\/dist\/errors)\./,
            },
          ],
        },
        entryFileNames: ({ facadeModuleId }) =>
          facadeModuleId?.endsWith(WORKER) === true ? 'kiosk-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  // No overlay: the pages' policy blocks its inline styles. The terminal shows build errors. No
  // CORS: Vite's default would let every page of this machine read the responses.
  server: { host: 'localhost', headers: HEADERS, proxy, cors: false, hmr: { overlay: false } },
  preview: { host: 'localhost', headers: HEADERS, proxy, cors: false },
})
