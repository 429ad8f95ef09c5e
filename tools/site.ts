import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { run } from './process.ts'
import { ROOT } from './root.ts'
import { findBrokenLinks } from './site/links.ts'
import { stage } from './site/stage.ts'

// The documentation site, from the Markdown of the repository, docstrings, and recorded benchmarks.
//
// - `npx tsx tools/site.ts check` checks links, examples of public names, and the sidebar
// - `build` writes docs/.vitepress/dist, and checks the links of the built pages
// - `dev` serves the pages on localhost, and prints the address
//
// It needs the build of the packages. Other arguments are those of VitePress, such as `--port`.

const [command = 'build', ...rest] = process.argv.slice(2)
if (!['check', 'build', 'dev'].includes(command)) {
  console.error(`There is no command "${command}"; there are check, build, and dev.`)
  process.exit(1)
}
const problems = await stage()
for (const problem of problems) console.log(problem)
if (command === 'check' || problems.length > 0) {
  console.log(`${problems.length} complaints about the site`)
  process.exit(problems.length === 0 ? 0 : 1)
}
const deadlineInMs = command === 'build' ? 5 * 60_000 : 24 * 60 * 60_000
const VITEPRESS = join(ROOT, 'node_modules', '.bin', 'vitepress')
const { code, reason } = await run(VITEPRESS, [command, 'docs', ...rest], { cwd: ROOT, deadlineInMs })
if (reason !== undefined) console.error(`vitepress was ${reason}`)
if (code !== 0 || command !== 'build') process.exit(code ?? 1)

const FOLDER = join(ROOT, 'docs', '.vitepress', 'dist')
const files = globSync('**', { cwd: FOLDER })
const pages = files
  .filter((path) => path.endsWith('.html'))
  .map((path) => ({ path, html: readFileSync(join(FOLDER, path), 'utf8') }))
const found = findBrokenLinks(pages, new Set(files))
for (const message of found) console.log(message)
console.log(`${pages.length} pages, ${found.length} complaints about links`)
process.exit(found.length === 0 ? 0 : 1)
