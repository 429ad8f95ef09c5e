import type { TwinStorage } from '../session/storage.ts'

/**
 * Keeps the reports that wait for the hub in a page's `localStorage`. It writes at once, so a
 * report just before the page closes survives.
 *
 * A private window, a full quota, blocked site data, and a sandboxed frame make `localStorage`
 * throw. The twin then emits the observation `storageFailed` and continues without the storage.
 *
 * @param storage another object of this kind, such as `sessionStorage`; the default is
 *   `localStorage`
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
export function webStorage(storage?: Storage): TwinStorage {
  if (storage === undefined && !hasLocalStorage()) {
    throw new TypeError('This runtime has no localStorage; a worker and Node have none')
  }
  // Reads the property at each call: reading throws a SecurityError if storage is blocked
  // (HTML §12.2.3).
  const open = (): Storage => storage ?? globalThis.localStorage
  return {
    get: (key) => open().getItem(key),
    set: (key, value) => open().setItem(key, value),
    remove: (key) => open().removeItem(key),
  }
}

/** A blocked storage exists too. */
function hasLocalStorage(): boolean {
  try {
    return 'localStorage' in globalThis && (globalThis.localStorage as Storage | undefined) !== undefined
  } catch {
    return true
  }
}
