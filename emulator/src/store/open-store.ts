import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { createFolder } from './create-folder.ts'
import { findDamage } from './find-damage.ts'
import { memoryStore } from './memory-store.ts'
import { reopenAfterFailure } from './reopen-after-failure.ts'
import type { Store, StoreChange } from './store.ts'

/** A snapshot has the whole state except for the certificates. */
const ADVICE = 'delete the folder, start the hub, and restore a snapshot if you have any'

/**
 * Opens the data folder, or a store in memory without a data folder.
 *
 * LevelDB appends each write to its log before it reports success, so an acknowledged change
 * survives the end of the process. LevelDB does not flush each write to the disk (`sync`). A power
 * failure may lose the last moments of a development hub.
 *
 * @throws Error when the folder cannot be created, is damaged, or another process has it open
 */
export async function openStore(dataFolder: string | undefined): Promise<Store> {
  if (dataFolder === undefined) return memoryStore()
  // The records hold device keys, so only the owner may read them.
  const folder = join(dataFolder, 'store')
  await createFolder(folder).catch((error: NodeJS.ErrnoException) => {
    // Its parent exists, as in /proc.
    const problem = error.code === 'ENOENT' ? 'the file system accepts no new folder there' : error.message
    throw new Error(`The data folder ${dataFolder} cannot be created: ${problem}`, { cause: error })
  })
  await checkLogs(folder, dataFolder)
  const level = new ClassicLevel<string, unknown>(folder, { keyEncoding: 'utf8', valueEncoding: 'json' })
  try {
    await level.open()
  } catch (error) {
    throw explainOpenFailure(error, dataFolder)
  }
  return levelStore(level, dataFolder)
}

/** @throws Error for a log whose damage LevelDB would pass over, with the loss of later changes */
async function checkLogs(folder: string, dataFolder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.log')) continue
    const file = join(folder, name)
    const at = findDamage(await readFile(file))
    if (at === undefined) continue
    throw new Error(
      `The data folder ${dataFolder} is damaged: ${file} has wrong bytes in the record at byte ${at}. ` +
        `To keep only the changes before it, cut the file to its first ${at} bytes. Otherwise: ${ADVICE}.`,
    )
  }
}

function levelStore(level: ClassicLevel<string, unknown>, dataFolder: string): Store {
  const writeInOrder = reopenAfterFailure(level)
  async function* entries(prefix: string): ReturnType<Store['entries']> {
    try {
      yield* level.iterator({ gte: prefix, lt: `${prefix}\u{10ffff}` })
    } catch (error) {
      throw error instanceof Error ? unreadable(dataFolder, error) : error
    }
  }
  const batch = (changes: readonly StoreChange[]): Promise<void> =>
    level.batch(
      changes.map(({ key, value }) => (value === undefined ? { type: 'del', key } : { type: 'put', key, value })),
    )
  return {
    entries,
    write: (changes) => writeInOrder(() => batch(changes)),
    replace: (changes) =>
      writeInOrder(async () => {
        const kept = new Set(changes.map(({ key }) => key))
        const removed: StoreChange[] = []
        for await (const [key] of entries('')) if (!kept.has(key)) removed.push({ key, value: undefined })
        await batch([...removed, ...changes])
      }),
    close: () => level.close(),
  }
}

function explainOpenFailure(error: unknown, dataFolder: string): unknown {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  if (!(cause instanceof Error) || !('code' in cause)) return error
  return cause.code === 'LEVEL_LOCKED'
    ? new Error(`The data folder ${dataFolder} is in use by another hub`, { cause: error })
    : unreadable(dataFolder, cause)
}

/** Problems of the system in the words of LevelDB, which leave the files intact. */
const INTACT = /Permission denied|No space left|Read-only file system|Too many open files/

function unreadable(dataFolder: string, cause: Error): Error {
  const problem = `The data folder ${dataFolder} cannot be read: ${cause.message}`
  return new Error(INTACT.test(cause.message) ? problem : `${problem}. If its files are damaged: ${ADVICE}.`, { cause })
}
