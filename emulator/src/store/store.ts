/** A change of the store: a value to keep, or undefined to remove the key. */
export interface StoreChange {
  readonly key: string
  readonly value: unknown
}

/**
 * Durable storage for keys and JSON values. A write stores all of its changes or none.
 */
export interface Store {
  /** The keys with a prefix and their values, in the order of the keys. */
  entries(prefix: string): AsyncIterable<readonly [key: string, value: unknown]>
  write(changes: readonly StoreChange[]): Promise<void>
  /** Like `write`, and removes every other key. */
  replace(changes: readonly StoreChange[]): Promise<void>
  close(): Promise<void>
}
