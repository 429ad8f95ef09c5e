import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.ts'
import { root } from '../root.ts'
import { nothing, type Tally } from './tally.ts'

/** Folders with a package.json and lock file of their own, which only the test matrix needs. */
const folders = ['test', 'test/interop']

/**
 * Installs other runtimes and the official device SDK into node_modules folders below test. A failure, say without a
 * network, is told and no more: each suite that misses something is skipped and says so.
 */
export async function installMatrix(deadlineInMs: number): Promise<Tally> {
  const end = Date.now() + deadlineInMs
  for (const folder of folders) {
    if (isInstalled(folder)) {
      console.log(`${folder}/node_modules is up to date`)
      continue
    }
    const { code, output, reason } = await run(
      'npm',
      ['ci', '--prefix', join(root, folder), '--no-audit', '--no-fund'],
      {
        deadlineInMs: Math.max(end - Date.now(), 1000),
        quiet: true,
      },
    )
    if (code === 0) console.log(`installed into ${folder}/node_modules`)
    else console.log(`npm ci --prefix ${folder} failed (${reason ?? lastError(output)}); what needs it is skipped`)
  }
  return nothing
}

interface LockFile {
  packages: Record<string, { version?: string; optional?: boolean; os?: string[]; cpu?: string[] }>
}

/** Compares what the lock file asks for with what npm noted that it installed. */
function isInstalled(folder: string): boolean {
  const noted = join(root, folder, 'node_modules', '.package-lock.json')
  if (!existsSync(noted)) return false
  const wanted = readLockFile(join(root, folder, 'package-lock.json'))
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
