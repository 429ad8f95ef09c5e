import { clientId, type DeviceIdentity } from '../protocol/identity.ts'
import type { Clock } from './clock.ts'
import type { TwinStorage } from './storage.ts'

/** Keeps a list over a restart. Neither function rejects or waits forever. */
export interface ListStorage<Item> {
  load(): Promise<readonly Item[]>
  /** @param items as `read` reads them, after `JSON.stringify` */
  save(items: readonly unknown[]): Promise<void>
}

export interface ListStorageOptions<Item> {
  readonly storage: TwinStorage
  readonly identity: DeviceIdentity
  /** The last part of the key. */
  readonly name: string
  readonly clock: Clock
  readonly timeoutInMs: number
  /**
   * The storage failed: a full disk, a quota, a string that is not a list of items. The owner of
   * the list continues.
   */
  readonly onError: (error: unknown) => void
  /** Checks an item as strictly as app input: another page, program, or release may write it. */
  readonly read: (value: unknown, index: number) => Item
}

export function createListStorage<Item>(options: ListStorageOptions<Item>): ListStorage<Item> {
  const { storage, identity, name, clock, timeoutInMs, onError, read } = options
  const key = `hubtwin/${identity.hostName}/${clientId(identity)}/${name}`

  async function attempt<T>(call: () => T | Promise<T>, otherwise: T): Promise<T> {
    let cancel = (): void => {}
    const deadline = new Promise<never>((_, reject) => {
      cancel = clock.after(timeoutInMs, () => reject(new Error(`Storage did not answer within ${timeoutInMs} ms`)))
    })
    try {
      return await Promise.race([call(), deadline])
    } catch (error) {
      onError(error)
      return otherwise
    } finally {
      cancel()
    }
  }

  return {
    load: () =>
      attempt<readonly Item[]>(async () => {
        const items: unknown = JSON.parse((await storage.get(key)) ?? '[]')
        if (!Array.isArray(items)) throw new SyntaxError(`Storage has text that is not a list of ${name}`)
        return items.map(read)
      }, []),
    save: (items) =>
      attempt<void>(
        () => (items.length === 0 ? storage.remove(key) : storage.set(key, JSON.stringify(items))),
        undefined,
      ),
  }
}
