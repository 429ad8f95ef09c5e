import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { globSync } from 'tinyglobby'
import type { Recording } from '../../bench/report/recording.ts'
import { ROOT } from '../root.ts'
import { listEntries, pageOfEntry } from './api/entries.ts'
import { type EntryNames, listUses, listWithoutExample } from './api/examples.ts'
import { readEntry } from './api/read-entry.ts'
import { writeApiPage } from './api/write-page.ts'
import { findBrokenAnchors } from './anchors.ts'
import { drawChart } from './chart.ts'
import { NAVIGATION } from './navigation.ts'
import { pageOf, slugOf, sourcePageOf } from './paths.ts'
import { codeOf, type PageWorld, toPage } from './to-page.ts'

/** The folder that the site generator reads. */
export const STAGE: string = join(ROOT, 'docs', '.vitepress', 'pages')

const IGNORE = ['**/node_modules/**', '**/dist/**', 'docs/.vitepress/**', 'test/**', 'test-results/**', '.github/**']

/** Every Markdown file that becomes a page. */
export function listPages(): string[] {
  return globSync(['**/*.md', '!**/.*/**'], { cwd: ROOT, ignore: IGNORE }).sort()
}

/**
 * Writes the pages of the site: the Markdown of the repository, the files that it links, the
 * charts, and the reference of the API. Needs the build.
 *
 * @returns the problems of the pages: links to missing headings, public names without an example,
 * and entries of the sidebar without a page
 * @throws Error for a link that leads nowhere
 */
export async function stage(): Promise<string[]> {
  rmSync(STAGE, { recursive: true, force: true })
  const files = listPages()
  const sources = new Set<string>()
  const world = createWorld(new Set(files), sources)
  for (const file of files) write(pageOf(file), toPage(file, world.read(file), world))
  for (const path of sources) write(sourcePageOf(path), sourcePage(path))
  const entries = listEntries().map(({ name, types }) => ({ entry: name, names: readEntry(types) }))
  await writeApi(entries)
  const pages = globSync('**/*.md', { cwd: STAGE })
  const texts = new Map(pages.map((page) => [page, readFileSync(join(STAGE, page), 'utf8')]))
  return [...findBrokenAnchors(texts), ...listWithoutExample(entries), ...listMissing(texts)]
}

function listMissing(pages: ReadonlyMap<string, string>): string[] {
  const listed = NAVIGATION.flatMap((group) => group.pages.map(([, page]) => page))
  return listed
    .filter((page) => !pages.has(page.replace(/\/$|^$/, '$&index') + '.md'))
    .map((page) => `the sidebar has ${page}, and the site does not`)
}

function createWorld(pages: ReadonlySet<string>, sources: Set<string>): PageWorld {
  return {
    kindOf(path) {
      if (pages.has(path)) return 'page'
      const stat = statSync(join(ROOT, path), { throwIfNoEntry: false })
      if (stat === undefined) return undefined
      return stat.isDirectory() ? 'folder' : 'file'
    },
    read: (path) => readFileSync(join(ROOT, path), 'utf8'),
    showSource: (path) => void sources.add(path),
    addImage(path) {
      const target = join('images', basename(path))
      mkdirSync(join(STAGE, 'images'), { recursive: true })
      copyFileSync(join(ROOT, path), join(STAGE, target))
      return target
    },
    addChart(path, metric) {
      const recording = JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Recording
      const target = `images/${basename(path, '.json')}-${slugOf(metric)}.svg`
      write(target, drawChart(recording, metric))
      return target
    },
  }
}

/** The search leaves these pages out. */
function sourcePage(path: string): string {
  const isFolder = statSync(join(ROOT, path)).isDirectory()
  const content = isFolder
    ? readdirSync(join(ROOT, path))
        .filter((name) => name !== 'node_modules' && name !== 'dist')
        .map((name) => `- \`${name}\``)
        .join('\n')
    : codeOf(path, readFileSync(join(ROOT, path), 'utf8'))
  return `---\nsearch: false\n---\n\n# ${path}\n\nFrom the repository.\n\n${content}\n`
}

async function writeApi(entries: readonly EntryNames[]): Promise<void> {
  const uses = listUses(entries)
  for (const { entry, names } of entries) write(pageOfEntry(entry), await writeApiPage(entry, names, uses))
  const rows = entries.map(({ entry, names }) => {
    const values = names.filter(({ kind }) => kind !== 'type' && kind !== 'interface')
    const links = values.map(({ name }) => `[\`${name}\`](./${basename(pageOfEntry(entry))}#${slugOf(name)})`)
    return `| [\`${entry}\`](./${basename(pageOfEntry(entry))}) | ${links.join(', ')} |`
  })
  write('api/index.md', ['# API', '', '| entry | functions and values |', '| --- | --- |', ...rows, ''].join('\n'))
}

function write(page: string, text: string): void {
  mkdirSync(dirname(join(STAGE, page)), { recursive: true })
  writeFileSync(join(STAGE, page), text)
}
