import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { memoryStore } from './memory-store.ts'
import { reopenAfterFailure } from './reopen-after-failure.ts'

/** One change of the store: a value to keep, or undefined to remove the key. */
export interface StoreChange {
  readonly key: string
  readonly value: unknown
}

/** Keys and JSON values. What one `write` holds is kept whole or not at all. */
export interface Store {
  entries(prefix: string): AsyncIterable<readonly [key: string, value: unknown]>
  write(changes: readonly StoreChange[]): Promise<void>
  /** As `write`, and every other key is removed. */
  replace(changes: readonly StoreChange[]): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the data folder, or a store in memory where there is none.
 *
 * LevelDB appends to its log before a write is told as done, so what was acknowledged survives the end of the process at any moment. It is
 * not flushed to the disk itself each time (`sync`): a cut of the power may lose the last moments of a development hub.
 *
 * @throws Error where another process has the folder open
 */
export async function openStore(dataFolder: string | undefined): Promise<Store> {
  if (dataFolder === undefined) return memoryStore()
  // The records hold device keys: for the owner only.
  const folder = join(dataFolder, 'store')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const level = new ClassicLevel<string, unknown>(folder, { keyEncoding: 'utf8', valueEncoding: 'json' })
  try {
    await level.open()
  } catch (error) {
    throw explained(error, dataFolder)
  }
  return storeOn(level)
}

function storeOn(level: ClassicLevel<string, unknown>): Store {
  const writeOne = reopenAfterFailure(level)
  const entries = (prefix: string): ReturnType<Store['entries']> =>
    level.iterator({ gte: prefix, lt: `${prefix}\u{10ffff}` })
  const batch = (changes: readonly StoreChange[]): Promise<void> =>
    level.batch(
      changes.map(({ key, value }) => (value === undefined ? { type: 'del', key } : { type: 'put', key, value })),
    )
  return {
    entries,
    write: (changes) => writeOne(() => batch(changes)),
    replace: (changes) =>
      writeOne(async () => {
        const kept = new Set(changes.map(({ key }) => key))
        const removed: StoreChange[] = []
        for await (const [key] of entries('')) if (!kept.has(key)) removed.push({ key, value: undefined })
        await batch([...removed, ...changes])
      }),
    close: () => level.close(),
  }
}

function explained(error: unknown, dataFolder: string): unknown {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  if (!(cause instanceof Error) || !('code' in cause)) return error
  return cause.code === 'LEVEL_LOCKED'
    ? new Error(`The data folder ${dataFolder} is in use by another hub`, { cause: error })
    : new Error(`The data folder ${dataFolder} cannot be opened: ${cause.message}`, { cause: error })
}
