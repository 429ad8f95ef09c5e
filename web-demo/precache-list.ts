import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/**
 * Replaces `self.__WB_MANIFEST` in a built service worker with the list of its page's files and
 * their hashes, in the format of Workbox.
 *
 * @param page an HTML file of the build, such as `kiosk.html`; the list includes the files that it
 *   loads, but not the pages that it links to
 */
export function precacheList(page: string, worker: string): Plugin {
  return {
    name: 'precache-list',
    apply: 'build',
    // By now the build has written the page, its parts, and the files of `public`.
    writeBundle({ dir = '' }) {
      const read = (file: string): string => readFileSync(join(dir, file), 'latin1')
      const links = [...read(page).matchAll(/<(?:script|link|audio)\b[^>]*\s(?:src|href)="\.\/([^"]+)"/g)].map(
        ([, link = '']) => link,
      )
      const list = [page, ...links].map((url) => {
        return { url, revision: createHash('sha256').update(read(url), 'latin1').digest('hex').slice(0, 16) }
      })
      writeFileSync(join(dir, worker), read(worker).replace('self.__WB_MANIFEST', JSON.stringify(list)), 'latin1')
    },
  }
}
