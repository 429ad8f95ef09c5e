import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { packForPublishing } from '../packaging/npm-pack.ts'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import { type Manifest, missingTargets } from './manifest.ts'
import { type Sbom, sbomOf } from './sbom.ts'

const DEADLINE_IN_MS = 2 * 60_000

export interface Packed {
  readonly manifest: Manifest
  readonly tarball: string
  readonly files: readonly string[]
  /** Bytes of the tarball. */
  readonly size: number
  /** In the form of Subresource Integrity: `sha512-…`. */
  readonly integrity: string
}

/**
 * Packs a workspace as npm publishes it.
 *
 * @param workspace its folder
 * @param folder gets the tarball
 * @throws {Error} if the tarball lacks a file that the package.json names
 */
export async function packWorkspace(workspace: string, manifest: Manifest, folder: string): Promise<Packed> {
  const { path: tarball, files, size, integrity } = await packForPublishing(workspace, folder)
  const missing = missingTargets(manifest, files)
  if (missing.length > 0) throw new Error(`${basename(tarball)} lacks ${missing.join(', ')}; run npm run build`)
  return { manifest, tarball, files, size, integrity }
}

/** Lets npm check the tarball and the version. Nothing reaches the registry. */
export async function rehearsePublishing({ tarball }: Packed): Promise<void> {
  await npm(['publish', tarball, '--dry-run', '--provenance', '--access', 'public', '--ignore-scripts'])
}

/**
 * Writes the software bill of materials next to the tarball.
 *
 * @returns its path and the number of its components
 */
export async function writeSbom({ manifest, tarball }: Packed): Promise<{ path: string; components: number }> {
  const { name, version } = manifest
  const output = await npm(['sbom', '--sbom-format', 'cyclonedx', '--offline', '--workspace', name])
  const sbom = sbomOf(JSON.parse(output) as Sbom, name, version)
  const path = tarball.replace(/\.tgz$/, '.cdx.json')
  writeFileSync(path, `${JSON.stringify(sbom, undefined, 2)}\n`)
  return { path, components: sbom.components.length }
}

/** Returns what differs from the commit, a line for each file. */
export async function uncommittedChanges(): Promise<string[]> {
  const { code, output, reason } = await run('git', ['status', '--porcelain'], {
    cwd: ROOT,
    deadlineInMs: DEADLINE_IN_MS,
    quiet: true,
  })
  if (code !== 0) throw new Error(`git status failed: ${reason ?? output.trim()}`)
  return output.split('\n').filter((line) => line !== '')
}

/** Returns the URL of the remote `origin` without credentials; undefined without such a remote. */
export async function originUrl(): Promise<string | undefined> {
  const args = ['config', '--get', 'remote.origin.url']
  const { code, output } = await run('git', args, { cwd: ROOT, deadlineInMs: DEADLINE_IN_MS, quiet: true })
  return code === 0 ? output.trim().replace(/\/\/[^@/]*@/, '//') : undefined
}

/** Returns the output. Without warnings and notices, that is only what a program reads. */
async function npm(args: readonly string[]): Promise<string> {
  const { code, output, reason } = await run('npm', [...args, '--loglevel=error'], {
    cwd: ROOT,
    deadlineInMs: DEADLINE_IN_MS,
    quiet: true,
  })
  if (code !== 0) throw new Error(`npm ${args[0]} failed (${reason ?? `exit code ${code}`}): ${output.trim()}`)
  return output
}
