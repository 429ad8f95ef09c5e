import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { createFolder } from './create-folder.ts'
import { memoryStore } from './memory-store.ts'
import { reopenAfterFailure } from './reopen-after-failure.ts'
import type { Store, StoreChange } from './store.ts'

/**
 * Opens the data folder, or a store in memory without a data folder.
 *
 * LevelDB appends each write to its log before it reports success, so an acknowledged change
 * survives the end of the process. LevelDB does not flush each write to the disk (`sync`). A power
 * failure may lose the last moments of a development hub.
 *
 * @throws Error when the folder cannot be created, or another process has it open
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
  const level = new ClassicLevel<string, unknown>(folder, { keyEncoding: 'utf8', valueEncoding: 'json' })
  try {
    await level.open()
  } catch (error) {
    throw explainOpenFailure(error, dataFolder)
  }
  return levelStore(level)
}

function levelStore(level: ClassicLevel<string, unknown>): Store {
  const writeInOrder = reopenAfterFailure(level)
  const entries = (prefix: string): ReturnType<Store['entries']> =>
    level.iterator({ gte: prefix, lt: `${prefix}\u{10ffff}` })
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
    : new Error(`The data folder ${dataFolder} cannot be opened: ${cause.message}`, { cause: error })
}
