import type { Store, StoreChange } from './open-store.ts'

/** Keeps the values as they are: what is written is never changed afterwards, so no copy and no text of it is needed. */
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
