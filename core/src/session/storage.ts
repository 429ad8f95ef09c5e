/**
 * The app's storage for strings that outlive the process, such as `localStorage` or a file. It
 * holds reported properties and no secrets.
 * @example
 * ```ts
 * import { openTwin, type TwinStorage } from 'hubtwin'
 *
 * declare const connectionString: string
 * declare const database: Map<string, string>
 * const reportStorage: TwinStorage = {
 *   get: (key) => database.get(key),
 *   set: (key, value) => void database.set(key, value),
 *   remove: (key) => void database.delete(key),
 * }
 * const twin = openTwin(connectionString, { reportStorage })
 * await twin.close()
 * ```
 */
export interface TwinStorage {
  get(key: string): string | null | undefined | Promise<string | null | undefined>
  set(key: string, value: string): void | Promise<void>
  remove(key: string): void | Promise<void>
}
