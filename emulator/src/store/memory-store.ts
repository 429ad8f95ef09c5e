import type { Store, StoreChange } from './store.ts'

/** Keeps values in memory. Writers do not change a value afterwards, so the store needs no copy. */
export function memoryStore(): Store {
  const values = new Map<string, unknown>()
  const set = (changes: readonly StoreChange[]): void => {
    for (const { key, value } of changes) {
      if (value === undefined) values.delete(key)
      else values.set(key, value)
    }
  }
  return {
    async *entries(prefix) {
      for (const key of [...values.keys()].filter((each) => each.startsWith(prefix)).sort()) {
        yield [key, values.get(key)]
      }
    },
    write: async (changes) => set(changes),
    async replace(changes) {
      values.clear()
      set(changes)
    },
    close: () => Promise.resolve(),
  }
}
