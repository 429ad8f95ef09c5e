/**
 * Keys in order. A list or a query continues after the last key that it returned, even when keys
 * were added or removed in between.
 */
export interface SortedKeys {
  readonly size: number
  add(key: string): void
  remove(key: string): void
  clear(): void
  /** The keys after a key. A change invalidates the iterator. */
  after(key: string | undefined): Iterable<string>
  startingWith(prefix: string): Iterable<string>
}

export function createSortedKeys(): SortedKeys {
  const keys: string[] = []

  function firstNotBefore(key: string): number {
    let low = 0
    let high = keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((keys[middle] as string) < key) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    get size() {
      return keys.length
    },
    add(key) {
      const at = firstNotBefore(key)
      if (keys[at] !== key) keys.splice(at, 0, key)
    },
    remove(key) {
      const at = firstNotBefore(key)
      if (keys[at] === key) keys.splice(at, 1)
    },
    clear() {
      keys.length = 0
    },
    *after(key) {
      const start = key === undefined ? 0 : firstNotBefore(`${key}\0`)
      for (let at = start; at < keys.length; at++) yield keys[at] as string
    },
    *startingWith(prefix) {
      for (let at = firstNotBefore(prefix); keys[at]?.startsWith(prefix); at++) yield keys[at] as string
    },
  }
}
