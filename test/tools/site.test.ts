import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../../tools/root.ts'
import { findBrokenAnchors } from '../../tools/site/anchors.ts'
import { parseDocstring } from '../../tools/site/api/docstring.ts'
import { listWithoutExample } from '../../tools/site/api/examples.ts'
import type { PublicName } from '../../tools/site/api/read-entry.ts'
import { drawChart } from '../../tools/site/chart.ts'
import { findBrokenLinks } from '../../tools/site/links.ts'
import { pageOf, relativeLink, slugOf, sourcePageOf } from '../../tools/site/paths.ts'
import { type PageWorld, toPage } from '../../tools/site/to-page.ts'

test.each([
  ['docs/guides/kiosk.md', 'guides/kiosk.md'],
  ['docs/decisions/README.md', 'decisions/index.md'],
  ['core/README.md', 'core/index.md'],
  ['README.md', 'project.md'],
  ['CHANGELOG.md', 'changelog.md'],
])('pageOf() gives %s the page %s', (file, page) => expect(pageOf(file)).toBe(page))

test('slugOf() names headings as GitHub does', () => {
  expect(slugOf('4.8 Limits')).toBe('48-limits')
  expect(slugOf('What happens when…')).toBe('what-happens-when')
  expect(slugOf('ERR_TIMEOUT')).toBe('err_timeout')
  expect(slugOf('a & b')).toBe('a--b')
})

test('relativeLink() works below any path', () => {
  expect(relativeLink('guides/a.md', 'errors.md')).toBe('../errors.md')
  expect(relativeLink('a.md', 'b.md')).toBe('./b.md')
})

interface Shown {
  readonly world: PageWorld
  readonly sources: string[]
}

function createWorld(): Shown {
  const sources: string[] = []
  const kinds: Readonly<Record<string, 'page' | 'file' | 'folder'>> = {
    'core/README.md': 'page',
    'examples/node': 'folder',
    'examples/node/README.md': 'page',
    'deploy/compose.yaml': 'file',
  }
  const world: PageWorld = {
    kindOf: (path) => kinds[path],
    read: () => 'const a = 1\n',
    showSource: (path) => void sources.push(path),
    addImage: (path) => `images/${path.split('/').pop() ?? ''}`,
    addChart: (_, metric) => `images/${slugOf(metric)}.svg`,
  }
  return { world, sources }
}

test('toPage() leads links to pages, and shows other files on their own pages', () => {
  const { world, sources } = createWorld()
  const text = '[a](../../core/README.md#options) [b](../../examples/node) [c](../../deploy/compose.yaml) [d](#e)'
  expect(toPage('docs/guides/x.md', text, world)).toBe(
    '[a](../core/index.md#options) [b](../examples/node/index.md) [c](../source/deploy/compose_yaml.md) [d](#e)',
  )
  expect(sources).toEqual(['deploy/compose.yaml'])
  expect(sourcePageOf('deploy/compose.yaml')).toBe('source/deploy/compose_yaml.md')
})

test('toPage() includes code and charts, and drops comments', () => {
  const { world } = createWorld()
  expect(toPage('docs/x.md', "<!-- a -->\n\n[main.js](../main.js 'code')\n", world)).toBe(
    '\n\n```js [main.js]\nconst a = 1\n```\n',
  )
  expect(toPage('docs/x.md', "[Reports](../b.json 'chart report, ms')", world)).toBe(
    "![Reports](./images/report-ms.svg 'chart report, ms')",
  )
})

test('toPage() rejects a link that leads nowhere', () => {
  expect(() => toPage('docs/x.md', '[a](gone.md)', createWorld().world)).toThrow('docs/x.md: the link to docs/gone.md')
})

test('findBrokenAnchors() finds a link to a missing heading, also to a repeated heading', () => {
  const pages = new Map([
    ['a.md', '# A\n\n[b](./b.md#options-1) [c](./b.md#gone) [d](#a)'],
    ['b.md', '# B\n\n## Options\n\n## `Options`\n'],
  ])
  expect(findBrokenAnchors(pages)).toEqual(['a.md: b.md has no heading #gone'])
})

test('findBrokenLinks() finds a missing file, a missing heading, and content of another site', () => {
  const html =
    '<a href="/b.html#here"><a href="/b"><a href="c.html"><a href="/b.html#gone"><img src="https://example.com/x.png">'
  const pages = [
    { path: 'a.html', html },
    { path: 'b.html', html: '<h2 id="here"></h2>' },
  ]
  expect(findBrokenLinks(pages, new Set(['a.html', 'b.html']))).toEqual([
    'a.html: the link c.html leads to no file',
    'a.html: the link /b.html#gone leads to no heading',
    'a.html loads https://example.com/x.png from another site',
  ])
})

test('drawChart() draws the median of each client, and rejects an unknown metric', () => {
  const metrics = [{ name: 'report, ms', digits: 1, samples: { 'hubtwin/light': [1, 2, 3], '<other>': [4, 4, 4] } }]
  const recording = { date: '2026-11-28', facts: [], metrics }
  const svg = drawChart(recording, 'report, ms')
  expect(svg).toContain('2.0 (1.5 to 2.5)')
  expect(svg).toContain('&lt;other>')
  expect(() => drawChart(recording, 'gone')).toThrow('there are report, ms')
})

test('parseDocstring() separates text, tags, and examples', () => {
  const doc = parseDocstring(
    '*\n * Says hello.\n * @param name of a person\n * @example\n * ```ts\n * hello()\n * ```\n',
  )
  expect(doc).toEqual({
    text: 'Says hello.',
    tags: [{ tag: '@param', text: 'name of a person' }],
    examples: ['```ts\nhello()\n```'],
  })
})

test('listWithoutExample() accepts a name that the example of another name imports', () => {
  const named = (name: string, examples: readonly string[]): PublicName => ({
    name,
    kind: 'function',
    doc: { text: '', tags: [], examples },
    code: '',
    members: [],
    place: name,
  })
  const example = "```ts\nimport { open, type Options } from 'x'\n```"
  const names = [named('open', [example]), named('Options', []), named('close', [])]
  expect(listWithoutExample([{ entry: 'x', names }])).toEqual(['x: no docstring has an @example that imports close'])
})

test('docs/errors.md has a section for exactly the codes of TwinErrorCode', () => {
  const source = readFileSync(join(ROOT, 'core/src/errors.ts'), 'utf8')
  const document = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')
  const codes = [...source.matchAll(/^ {2}\| '(ERR_\w+)'/gm)].map(([, code]) => code)
  const sections = [
    ...document.matchAll(/^## (ERR_\w+)\n\n- \*\*Meaning.\*\*[^]*?\n- \*\*Cause.\*\*[^]*?\n- \*\*Fix.\*\*/gm),
  ]
  expect(codes.length).toBeGreaterThan(5)
  expect(sections.map(([, code = '']) => code)).toEqual([...codes].sort((a = '', b = '') => a.localeCompare(b)))
})
