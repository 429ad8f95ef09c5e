/**
 * Durable storage for the service's keys, codes, and revocations. Several processes may share it.
 */
export interface Store {
  /** @returns the current text, or `undefined` if there is none */
  read(name: string): Promise<string | undefined>
  /** Replaces the whole text: a reader gets either the old text or the new. */
  write(name: string, text: string): Promise<void>
  /**
   * Writes the text only if the name is free.
   *
   * @returns `true` for exactly one of several callers
   */
  create(name: string, text: string): Promise<boolean>
  append(name: string, text: string): Promise<void>
  /** @returns `true` for exactly one of several callers */
  remove(name: string): Promise<boolean>
  /** Lists the names that start with a prefix. */
  list(prefix: string): Promise<readonly string[]>
}
