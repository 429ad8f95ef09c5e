import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type JsrManifest, jsrComplaints, type PackageManifest } from './jsr/metadata.ts'
import { run } from './process.ts'
import { ROOT } from './root.ts'
import { DENO } from './test/contract-suites.ts'

// Compares core/jsr.json with core/package.json. With --dry-run, Deno also checks the package as
// JSR does: its types, and that no exported type must be inferred ("slow types"). That needs a
// network.

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' } } })
const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, 'core', file), 'utf8'))
const complaints = jsrComplaints(read('jsr.json') as JsrManifest, read('package.json') as PackageManifest)
if (values['dry-run'] === true) complaints.push(...(await rehearse()))
for (const complaint of complaints) console.log(complaint)
process.exit(complaints.length === 0 ? 0 : 1)

/** In a copy, because Deno would take the workspace's package.json into account. */
async function rehearse(): Promise<string[]> {
  if (!existsSync(DENO)) return ['Deno is not installed; npm test installs it']
  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-jsr-'))
  try {
    for (const name of ['src', 'LICENSE', 'README.md', 'jsr.json'])
      cpSync(join(ROOT, 'core', name), join(folder, name), { recursive: true })
    const { code, output, reason } = await run(DENO, ['publish', '--dry-run', '--allow-dirty'], {
      cwd: folder,
      env: { NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
      deadlineInMs: 3 * 60_000,
      quiet: true,
    })
    const problems = output.split('\n').filter((line) => !/^(Download|Check|\s+file:)/.test(line))
    return code === 0 ? [] : [`deno publish --dry-run: ${reason ?? problems.join('\n').trim()}`]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
