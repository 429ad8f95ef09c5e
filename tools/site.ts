import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { run } from './process.ts'
import { root } from './root.ts'
import { findBrokenLinks } from './site/links.ts'
import { stage } from './site/stage.ts'

// The documentation site. `npx tsx tools/site.ts build` writes docs/.vitepress/dist and checks
// its links, `dev` serves the pages on localhost and prints the address. Needs the build of the
// packages. Other arguments are those of VitePress, such as `--port`.

const [command = 'build', ...rest] = process.argv.slice(2)
if (command !== 'build' && command !== 'dev') {
  console.error(`There is no command "${command}"; there are build and dev.`)
  process.exit(1)
}
await stage()
const deadlineInMs = command === 'build' ? 5 * 60_000 : 24 * 60 * 60_000
const vitepress = join(root, 'node_modules', '.bin', 'vitepress')
const { code, reason } = await run(vitepress, [command, 'docs', ...rest], { cwd: root, deadlineInMs })
if (reason !== undefined) console.error(`vitepress was ${reason}`)
if (code !== 0 || command !== 'build') process.exit(code ?? 1)

const folder = join(root, 'docs', '.vitepress', 'dist')
const files = globSync('**', { cwd: folder })
const pages = files
  .filter((path) => path.endsWith('.html'))
  .map((path) => ({ path, html: readFileSync(join(folder, path), 'utf8') }))
const found = findBrokenLinks(pages, new Set(files))
for (const message of found) console.log(message)
console.log(`${pages.length} pages, ${found.length} complaints about links`)
process.exit(found.length === 0 ? 0 : 1)
