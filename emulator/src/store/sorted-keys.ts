/**
 * Keys in order. A list or a query continues after the last key that it returned, even when keys
 * were added or removed in between.
 */
export class SortedKeys {
  readonly #keys: string[] = []

  get size(): number {
    return this.#keys.length
  }

  add(key: string): void {
    const at = this.#firstNotBefore(key)
    if (this.#keys[at] !== key) this.#keys.splice(at, 0, key)
  }

  remove(key: string): void {
    const at = this.#firstNotBefore(key)
    if (this.#keys[at] === key) this.#keys.splice(at, 1)
  }

  clear(): void {
    this.#keys.length = 0
  }

  /** The keys after a key. A change invalidates the iterator. */
  *after(key: string | undefined): Generator<string> {
    const start = key === undefined ? 0 : this.#firstNotBefore(`${key}\0`)
    for (let at = start; at < this.#keys.length; at++) yield this.#keys[at] as string
  }

  *startingWith(prefix: string): Generator<string> {
    for (let at = this.#firstNotBefore(prefix); this.#keys[at]?.startsWith(prefix); at++) yield this.#keys[at] as string
  }

  #firstNotBefore(key: string): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#keys[middle] as string) < key) low = middle + 1
      else high = middle
    }
    return low
  }
}
