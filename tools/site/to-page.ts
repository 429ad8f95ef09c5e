import type { Nodes } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { posix } from 'node:path'
import { visit } from 'unist-util-visit'
import { pageOf, relativeLink, sourcePageOf } from './paths.ts'

export interface PageWorld {
  /** Whether a path is a page, another file, a folder, or missing. */
  readonly kindOf: (path: string) => 'page' | 'file' | 'folder' | undefined
  /** The text of a file; throws where there is none. */
  readonly read: (path: string) => string
  /** Adds the source page of a path to the site. */
  readonly showSource: (path: string) => void
  /** Adds a picture. @returns its path below the site */
  readonly addImage: (path: string) => string
  /** Adds a chart of a metric in a run's JSON. @returns its path below the site */
  readonly addChart: (path: string, metric: string) => string
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Turns a Markdown file of the repository into a page of the site. Links lead to pages. A link to
 * another file leads to a page that shows it.
 *
 * - `[main.js](../examples/node/main.js 'code')` becomes the code itself
 * - `[Reports](../bench/results/light.json 'chart sequential report, ms')` becomes a chart
 *
 * Both remain links on GitHub.
 *
 * @throws Error for a link that leads nowhere
 */
export function toPage(file: string, text: string, world: PageWorld): string {
  const page = pageOf(file)
  const plain = text.replaceAll(/<picture>[^]*?<img src="([^"]*)" alt="([^"]*)">[^]*?<\/picture>/g, '![$2]($1)')
  const edits: Edit[] = []
  visit(fromMarkdown(plain), (node: Nodes) => {
    const [start, end] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0]
    if (node.type === 'html' && node.value.startsWith('<!--')) edits.push({ start, end, text: '' })
    if (node.type !== 'link' && node.type !== 'image' && node.type !== 'definition') return
    if (/^([a-z][a-z+.-]*:|#)/i.test(node.url)) return
    const source = plain.slice(start, end)
    const [path = '', fragment = ''] = decodeURIComponent(node.url).split(/(?=#)/)
    const target = posix.join(posix.dirname(file), path)
    if (node.type === 'link' && node.title === 'code') {
      edits.push({ start, end, text: codeOf(target, world.read(target)) })
    } else {
      const metric = node.type === 'link' ? /^chart (.*)/.exec(node.title ?? '')?.[1] : undefined
      const link =
        metric === undefined
          ? linkTo(file, target, node.type === 'image', world) + fragment
          : relativeLink(page, world.addChart(target, metric))
      const at = start + source.lastIndexOf(node.url)
      if (metric !== undefined) edits.push({ start, end: start, text: '!' })
      edits.push({ start: at, end: at + node.url.length, text: link })
    }
  })
  return applied(plain, edits)
}

function linkTo(file: string, target: string, isImage: boolean, world: PageWorld): string {
  const page = pageOf(file)
  const kind = world.kindOf(target)
  if (kind === undefined) throw new Error(`${file}: the link to ${target} leads nowhere`)
  if (isImage) return relativeLink(page, world.addImage(target))
  if (kind === 'page') return relativeLink(page, pageOf(target))
  const readme = posix.join(target, 'README.md')
  if (kind === 'folder' && world.kindOf(readme) === 'page') return relativeLink(page, pageOf(readme))
  world.showSource(target)
  return relativeLink(page, sourcePageOf(target))
}

/** A fence that is longer than every fence within. */
export function codeOf(path: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([fence]) => fence.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${languageOf(path)} [${posix.basename(path)}]\n${text.trimEnd()}\n${fence}`
}

function languageOf(path: string): string {
  const ending = posix.extname(path).slice(1)
  return { cjs: 'js', mjs: 'js', cfg: 'text', webp: 'text', '': 'text' }[ending] ?? ending
}

function applied(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text)
}
