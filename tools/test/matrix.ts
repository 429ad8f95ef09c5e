import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import type { StepRun } from './run-steps.ts'
import { NOTHING, type Tally } from './tally.ts'

/** Folders with their own package.json and lock file. Only the test matrix needs them. */
export const FOLDERS = ['test', 'test/interop'] as const
/** The same, for `npm run test:all` only. */
export const MORE_FOLDERS = ['test/runtimes'] as const

/** Returns the reason if a program of the matrix is missing. */
export function missing(path: string, what: string, packageName: string): () => string | undefined {
  return () => (existsSync(path) ? undefined : `${what} is not installed (npm package ${packageName} below test)`)
}

/**
 * Installs other runtimes and the official device SDK into node_modules folders below test. A
 * failure, for example without a network, is only printed: the suites that need them are skipped
 * and say why.
 */
export function installMatrix(folders: readonly string[]): (stepRun: StepRun) => Promise<Tally> {
  return (stepRun) => install(folders, stepRun)
}

async function install(folders: readonly string[], { deadlineInMs, print }: StepRun): Promise<Tally> {
  const end = Date.now() + deadlineInMs
  for (const folder of folders) {
    if (isInstalled(folder)) {
      print(`${folder}/node_modules is up to date\n`)
      continue
    }
    const { code, output, reason } = await run(
      'npm',
      ['ci', '--prefix', join(ROOT, folder), '--no-audit', '--no-fund'],
      {
        deadlineInMs: Math.max(end - Date.now(), 1000),
        quiet: true,
      },
    )
    if (code === 0) print(`installed into ${folder}/node_modules\n`)
    else
      print(`npm ci --prefix ${folder} failed (${reason ?? lastError(output)}); the suites that need it are skipped\n`)
  }
  return NOTHING
}

interface LockFile {
  packages: Record<string, { version?: string; optional?: boolean }>
}

/** Compares the lock file with npm's record of the installation. */
function isInstalled(folder: string): boolean {
  const record = join(ROOT, folder, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const wanted = readLockFile(join(ROOT, folder, 'package-lock.json'))
  const found = readLockFile(record)
  return Object.entries(wanted.packages).every(([path, entry]) => {
    const version = found.packages[path]?.version
    // Npm silently skips packages for other platforms, and what only those need.
    return path === '' || version === entry.version || (version === undefined && entry.optional === true)
  })
}

function readLockFile(path: string): LockFile {
  return JSON.parse(readFileSync(path, 'utf8')) as LockFile
}

function lastError(output: string): string {
  const lines = output.split('\n').filter((line) => line.startsWith('npm error') && !line.includes('complete log'))
  return lines[0]?.replace('npm error ', '') ?? 'no message'
}
