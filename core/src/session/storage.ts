/**
 * A place of the app's for texts that outlive the process, such as `localStorage` or a file. What it gives and takes is
 * reported state and nothing secret.
 */
export interface TwinStorage {
  get(key: string): string | null | undefined | Promise<string | null | undefined>
  set(key: string, value: string): void | Promise<void>
  remove(key: string): void | Promise<void>
}
