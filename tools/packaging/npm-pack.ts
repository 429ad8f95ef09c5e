import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import { addNodeChunks } from './node-chunks.ts'

const DEADLINE_IN_MS = 2 * 60_000

/** The result of `npm pack --json`. */
export interface Tarball {
  readonly name: string
  readonly path: string
  readonly files: readonly string[]
  /** Bytes. */
  readonly size: number
  /** In the form of Subresource Integrity: `sha512-…`. */
  readonly integrity: string
}

/**
 * Packs a workspace as it is published. The package in the repository has no files for Node,
 * because they would be stale after each build of a module.
 *
 * @param workspace a folder, such as `core`
 * @param destination the folder that gets the tarball
 */
export async function packForPublishing(workspace: string, destination: string): Promise<Tarball> {
  const origin = join(ROOT, workspace)
  if (workspace !== 'core') return npmPack(origin, destination)
  const scratch = mkdtempSync(join(tmpdir(), 'hubtwin-pack-'))
  try {
    const { path } = await npmPack(origin, scratch)
    await command('tar', ['-xzf', path, '-C', scratch], scratch)
    const folder = join(scratch, 'package')
    await addNodeChunks(folder)
    return await npmPack(folder, destination)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function npmPack(folder: string, destination: string): Promise<Tarball> {
  const args = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', destination]
  const [packed] = JSON.parse(await command('npm', args, folder)) as {
    name: string
    filename: string
    size: number
    integrity: string
    files: { path: string }[]
  }[]
  if (packed === undefined) throw new Error(`npm pack made no tarball of ${folder}`)
  const { name, filename, size, integrity, files } = packed
  return { name, path: join(destination, filename), size, integrity, files: files.map(({ path }) => path) }
}

async function command(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, output, reason } = await run(program, args, { cwd, deadlineInMs: DEADLINE_IN_MS, quiet: true })
  if (code !== 0) throw new Error(`${program} ${args[0]} failed (${reason ?? `exit code ${code}`}): ${output.trim()}`)
  return output
}
