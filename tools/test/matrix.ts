import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.ts'
import { root } from '../root.ts'
import { nothing, type Tally } from './tally.ts'

const folder = join(root, 'test')

/**
 * Installs what only the test matrix needs (other runtimes, the official device SDK) into test/node_modules. A failure,
 * say without a network, is told and no more: each suite that misses something is skipped and says so.
 */
export async function installMatrix(deadlineInMs: number): Promise<Tally> {
  if (isInstalled()) {
    console.log('test/node_modules is up to date')
    return nothing
  }
  const { code, output, reason } = await run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund'], {
    deadlineInMs,
    quiet: true,
  })
  if (code === 0) console.log('installed into test/node_modules')
  else console.log(`npm ci --prefix test failed (${reason ?? lastError(output)}); the suites that need it are skipped`)
  return nothing
}

interface LockFile {
  packages: Record<string, { version?: string; optional?: boolean; os?: string[]; cpu?: string[] }>
}

/** Compares what the lock file asks for with what npm noted that it installed. */
function isInstalled(): boolean {
  const noted = join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(noted)) return false
  const wanted = readLockFile(join(folder, 'package-lock.json'))
  const found = readLockFile(noted)
  return Object.entries(wanted.packages).every(([path, entry]) => {
    const version = found.packages[path]?.version
    // Npm leaves out packages for other platforms without a note; nested ones are the business of the runtime above.
    const isForElsewhere = entry.optional === true && (entry.os !== undefined || entry.cpu !== undefined)
    return path === '' || version === entry.version || (version === undefined && isForElsewhere)
  })
}

function readLockFile(path: string): LockFile {
  return JSON.parse(readFileSync(path, 'utf8')) as LockFile
}

function lastError(output: string): string {
  const lines = output.split('\n').filter((line) => line.startsWith('npm error') && !line.includes('complete log'))
  return lines[0]?.replace('npm error ', '') ?? 'no message'
}
