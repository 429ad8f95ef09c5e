import type { TwinStorage } from '../session/storage.ts'

/**
 * A page's `localStorage` for the reports that wait for the hub. It is written at once, so what was reported just before
 * a page is closed is kept.
 *
 * A private window and a full quota make it throw; the twin tells its observer, and goes on without.
 *
 * @param storage another one of the same kind, such as `sessionStorage`
 * @throws TypeError when the runtime has no `localStorage`
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import { webStorage } from 'hubtwin/web-storage'
 *
 * declare const connectionString: string
 * const twin = openTwin(connectionString, { reportStorage: webStorage() })
 * await twin.close()
 * ```
 */
export function webStorage(storage: Storage = localStorageOfThisPage()): TwinStorage {
  return {
    get: (key) => storage.getItem(key),
    set: (key, value) => storage.setItem(key, value),
    remove: (key) => storage.removeItem(key),
  }
}

function localStorageOfThisPage(): Storage {
  const storage: Storage | undefined = 'localStorage' in globalThis ? globalThis.localStorage : undefined
  if (storage === undefined) throw new TypeError('This runtime has no localStorage; a worker and Node have none')
  return storage
}
