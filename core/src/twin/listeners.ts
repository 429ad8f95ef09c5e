import { typeName } from '../protocol/json.ts'

/** Functions of the app, called one by one; one that throws harms no other. */
export interface Listeners<T> {
  /** @returns takes the listener off */
  add(listener: (value: T) => void): () => void
  call(value: T): void
  clear(): void
}

export function createListeners<T>(): Listeners<T> {
  const entries = new Set<{ readonly listener: (value: T) => void }>()
  return {
    add(listener) {
      // An entry of its own, as one function may be added twice.
      const entry = { listener }
      entries.add(entry)
      return () => entries.delete(entry)
    },
    call(value) {
      for (const entry of [...entries]) if (entries.has(entry)) callListener(entry.listener, value)
    },
    clear() {
      entries.clear()
    },
  }
}

/** What a listener throws is its own unhandled error: neither swallowed nor thrown at who brought the news. */
export function callListener<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value)
  } catch (error) {
    if (typeof reportError === 'function') reportError(error)
    else {
      setTimeout(() => {
        throw error
      })
    }
  }
}

/** @throws TypeError when it is no function. */
export function checkListener(listener: unknown): void {
  if (typeof listener !== 'function') {
    throw new TypeError(`listener is ${typeName(listener)}, not a function`)
  }
}
