import type { Nodes } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { posix } from 'node:path'
import { visit } from 'unist-util-visit'
import { slugOf } from './paths.ts'

/**
 * Finds links to headings that do not exist.
 *
 * @param pages the Markdown of each page by its path
 */
export function findBrokenAnchors(pages: ReadonlyMap<string, string>): string[] {
  const read = [...pages].map(([path, text]) => ({ path, ...parse(text) }))
  const slugsOf = new Map(read.map(({ path, slugs }) => [path, slugs]))
  return read.flatMap(({ path, links }) =>
    links.flatMap((link) => {
      const [file = '', fragment = ''] = decodeURIComponent(link).split('#')
      const target = file === '' ? path : posix.join(posix.dirname(path), file)
      const slugs = slugsOf.get(target)
      return slugs === undefined || slugs.has(fragment) ? [] : [`${path}: ${target} has no heading #${fragment}`]
    }),
  )
}

function parse(text: string): { links: string[]; slugs: ReadonlySet<string> } {
  const links: string[] = []
  const slugs = new Set<string>()
  visit(fromMarkdown(text), (node: Nodes) => {
    if (node.type === 'heading') slugs.add(freeSlug(slugOf(textOf(node)), slugs))
    const isLink = node.type === 'link' || node.type === 'definition'
    if (isLink && node.url.includes('#') && !/^[a-z][a-z+.-]*:/i.test(node.url)) links.push(node.url)
  })
  return { links, slugs }
}

/** A repeated heading gets a number: `options-1`. */
function freeSlug(slug: string, taken: ReadonlySet<string>): string {
  let free = slug
  for (let number = 1; taken.has(free); number++) free = `${slug}-${number}`
  return free
}

function textOf(node: Nodes): string {
  if ('value' in node) return node.value
  return 'children' in node ? node.children.map(textOf).join('') : ''
}
