import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { globSync } from 'tinyglobby'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import { packForPublishing } from './npm-pack.ts'

const MINUTE = 60_000

export interface Unpacked {
  readonly name: string
  /** The workspace folder of the package. */
  readonly origin: string
  readonly tarball: string
  /** A consumer's folder, with only this package in its node_modules. */
  readonly consumer: string
  readonly folder: string
  /** Every file of the tarball, relative to the package. */
  readonly files: readonly string[]
}

/** Packs a workspace as npm publishes it, and unpacks it into a consumer's folder. */
export async function packAndUnpack(workspace: string, scratch: string): Promise<Unpacked> {
  const origin = join(ROOT, workspace)
  const consumer = join(scratch, workspace)
  mkdirSync(consumer)
  const { name, path: tarball } = await packForPublishing(workspace, consumer)
  const folder = join(consumer, 'node_modules', name)
  mkdirSync(folder, { recursive: true })
  const tar = ['-xzf', tarball, '-C', folder, '--strip-components=1']
  const unpacked = await run('tar', tar, { deadlineInMs: MINUTE, quiet: true })
  if (unpacked.code !== 0) throw new Error(`tar failed: ${unpacked.reason ?? unpacked.output}`)
  const files = globSync('**/*', { cwd: folder, dot: true })
  return { name, origin, tarball, consumer, folder, files: files.sort() }
}

/**
 * Links the package's declared dependencies for the consumer. An undeclared dependency stays
 * missing.
 */
export function linkDependencies({ origin, consumer }: Unpacked, others: readonly string[] = []): void {
  for (const name of [...Object.keys(readPackage(origin).dependencies ?? {}), ...others]) {
    const own = join(origin, 'node_modules', name)
    const path = join(consumer, 'node_modules', name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(existsSync(own) ? own : join(ROOT, 'node_modules', name), path)
  }
}

function readPackage(folder: string): { name: string; dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string }
}
