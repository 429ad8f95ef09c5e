/**
 * The app's storage for texts that outlive the process, such as `localStorage` or a file. It holds
 * reported properties and no secrets.
 */
export interface TwinStorage {
  get(key: string): string | null | undefined | Promise<string | null | undefined>
  set(key: string, value: string): void | Promise<void>
  remove(key: string): void | Promise<void>
}
