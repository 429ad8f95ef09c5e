import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { run } from './process.ts'
import type { Manifest } from './release/manifest.ts'
import { obstacles } from './release/obstacles.ts'
import { originUrl, packWorkspace, rehearsePublishing, uncommittedChanges, writeSbom } from './release/steps.ts'
import { ROOT } from './root.ts'

// `npm run release` checks, packs, and describes both packages, and names what prevents a release.
// It never publishes: .github/workflows/release.yml does, because provenance needs its identity.
// `-- --dry-run` succeeds in spite of obstacles; `--skip-check` is for callers that ran the check.

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, 'skip-check': { type: 'boolean' } } })
const FOLDER = join(ROOT, 'release')

const { workspaces, repository } = JSON.parse(readText('package.json')) as {
  workspaces: readonly string[]
  repository: { readonly url: string }
}
const published = workspaces
  .map((workspace) => ({ workspace, manifest: JSON.parse(readText(join(workspace, 'package.json'))) as Manifest }))
  .filter(({ manifest }) => manifest.private !== true)
const manifests = published.map(({ manifest }) => manifest)
const found = obstacles({
  changes: await uncommittedChanges(),
  changelog: readText('CHANGELOG.md'),
  packages: published.map(({ workspace, manifest }) => ({ folder: workspace, manifest })),
  repository: repository.url,
  origin: await originUrl(),
})

if (values['skip-check'] !== true) {
  const { code } = await run('npm', ['run', '--silent', 'check'], { cwd: ROOT, deadlineInMs: 20 * 60_000 })
  if (code !== 0) process.exit(1)
}

rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER)
for (const { workspace, manifest } of published) {
  const packed = await packWorkspace(workspace, manifest, FOLDER)
  await rehearsePublishing(packed)
  const sbom = await writeSbom(packed)
  console.log(`\n${manifest.name} ${manifest.version}`)
  console.log(`  ${nameOf(packed.tarball)}: ${packed.files.length} files, ${packed.size} bytes`)
  console.log(`  ${packed.integrity}`)
  console.log(`  ${nameOf(sbom.path)}: ${sbom.components} packages`)
  console.log(`  would run: npm publish ${nameOf(packed.tarball)} --access public --provenance`)
}
const versions = new Set(manifests.map(({ version }) => version))
for (const version of versions) console.log(`\nwould run: git tag v${version} && git push origin v${version}`)

if (found.length > 0) console.log(`\nBefore a release (see CONTRIBUTING.md):`)
for (const obstacle of found) console.log(`- ${obstacle}`)
process.exit(found.length === 0 || values['dry-run'] === true ? 0 : 1)

function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

function nameOf(path: string): string {
  return relative(ROOT, path)
}
