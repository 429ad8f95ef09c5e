import { typeName } from '../../protocol/json.ts'

/** Callbacks for a value. An error in one does not affect the others. */
export interface Listeners<T> {
  /** @returns removes the listener */
  add(listener: (value: T) => void): () => void
  /**
   * Also calls the listener once with the current value, unless a newer value reaches it first.
   * That call is deferred, so that the app already holds the function that removes the listener.
   *
   * @param current `undefined` when there is no value yet
   * @returns removes the listener
   */
  addWithCurrent(listener: (value: T) => void, current: () => T | undefined): () => void
  emit(value: T): void
  clear(): void
}

export function createListeners<T>(): Listeners<T> {
  const entries = new Set<{ readonly listener: (value: T) => void }>()

  function add(listener: (value: T) => void): () => void {
    // A separate entry per call, because an app may add the same function twice.
    const entry = { listener }
    entries.add(entry)
    return () => entries.delete(entry)
  }

  return {
    add,
    addWithCurrent(listener, current) {
      let isDue = true
      const call = (value: T): void => {
        isDue = false
        listener(value)
      }
      const remove = add(call)
      queueMicrotask(() => {
        const value = isDue ? current() : undefined
        if (value !== undefined) callListener(call, value)
      })
      return () => {
        isDue = false
        remove()
      }
    },
    emit(value) {
      for (const entry of [...entries]) if (entries.has(entry)) callListener(entry.listener, value)
    },
    clear() {
      entries.clear()
    },
  }
}

/**
 * Reports an error of a listener as unhandled, so that neither it nor the other listeners are lost.
 */
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

/** @throws TypeError when it is not a function */
export function checkListener(listener: unknown): void {
  if (typeof listener !== 'function') {
    throw new TypeError(`listener is ${typeName(listener)}, not a function`)
  }
}
