import { posix } from 'node:path'

/**
 * The page of a Markdown file, as a path below the site: `docs/guides/kiosk.md` becomes
 * `guides/kiosk.md`, and a README the index of its folder. Lower case, as URLs often are.
 *
 * @param file relative to the root of the checkout
 */
export function pageOf(file: string): string {
  const inSite = file === 'README.md' ? 'project.md' : file.replace(/^docs\//, '')
  return inSite.replace(/(^|\/)README\.md$/, '$1index.md').toLowerCase()
}

/** The page that shows a file of the repository which is no Markdown, or lists a folder. */
export function sourcePageOf(path: string): string {
  return `source/${path
    .replace(/\/$/, '')
    .replaceAll(/[^\w/-]/g, '_')
    .toLowerCase()}.md`
}

/** A link from a page to another, relative so that the site works below any path. */
export function relativeLink(fromPage: string, toPage: string): string {
  const link = posix.relative(posix.dirname(fromPage), toPage)
  return link.startsWith('.') ? link : `./${link}`
}

/**
 * The ID of a heading, by GitHub's rule, so that a link works on both sites: lower case, spaces to
 * hyphens, and no punctuation. A repeated heading gets a number from the Markdown renderer.
 */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .trim()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}
