import { posix } from 'node:path'

export interface BuiltPage {
  /** Below the site: `guides/kiosk.html`. */
  readonly path: string
  readonly html: string
}

/**
 * Finds links of built pages that lead to no file or to no element of the site, and anything that a
 * page loads from elsewhere. A link that several pages share, as in the sidebar, is a single
 * finding.
 *
 * @param files every file of the site
 */
export function findBrokenLinks(pages: readonly BuiltPage[], files: ReadonlySet<string>): string[] {
  const idsOf = new Map(pages.map(({ path, html }) => [path, new Set(valuesOf(html, 'id'))]))
  const found = new Map<string, string>()
  for (const { path, html } of pages) {
    for (const link of valuesOf(html, 'href')) {
      const problem = problemOf(path, link, files, idsOf)
      if (problem !== undefined && !found.has(link)) found.set(link, `${path}: the link ${link} leads to ${problem}`)
    }
    for (const link of valuesOf(html, 'src')) {
      if (isElsewhere(link) && !link.startsWith('data:')) found.set(link, `${path} loads ${link} from another site`)
    }
  }
  return [...found.values()]
}

function problemOf(
  path: string,
  link: string,
  files: ReadonlySet<string>,
  idsOf: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  if (isElsewhere(link)) return undefined
  const [file = '', fragment = ''] = decodeURI(link).split('#')
  const target = file === '' ? path : targetOf(path, file.replace(/\?.*/, ''), files)
  if (target === undefined) return 'no file'
  if (fragment === '' || !target.endsWith('.html')) return undefined
  return idsOf.get(target)?.has(fragment) === true ? undefined : 'no heading'
}

/** A server adds `index.html` and `.html`. */
function targetOf(path: string, link: string, files: ReadonlySet<string>): string | undefined {
  const plain = link.startsWith('/') ? link.slice(1) : posix.join(posix.dirname(path), link)
  const candidates = [plain, `${plain}.html`, posix.join(plain, 'index.html')]
  return candidates.find((each) => files.has(each))
}

function isElsewhere(link: string): boolean {
  return /^([a-z][a-z+.-]*:|\/\/)/i.test(link)
}

function valuesOf(html: string, attribute: string): string[] {
  return [...html.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, 'g'))].map(([, value = '']) =>
    value.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'"),
  )
}
