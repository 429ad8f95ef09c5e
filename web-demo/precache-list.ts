import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/**
 * Writes into a built service worker what its page is made of, by content, in place of `self.__WB_MANIFEST`, as Workbox has it.
 *
 * @param page of the build, such as `kiosk.html`; what it links to goes with it
 */
export function precacheList(page: string, worker: string): Plugin {
  return {
    name: 'precache-list',
    apply: 'build',
    // Once all is there: the page with the names of its parts, and the files of `public`.
    writeBundle({ dir = '' }) {
      const read = (file: string): string => readFileSync(join(dir, file), 'latin1')
      const links = [...read(page).matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, link = '']) => link)
      const list = [page, ...links].map((url) => {
        return { url, revision: createHash('sha256').update(read(url), 'latin1').digest('hex').slice(0, 16) }
      })
      writeFileSync(join(dir, worker), read(worker).replace('self.__WB_MANIFEST', JSON.stringify(list)), 'latin1')
    },
  }
}
