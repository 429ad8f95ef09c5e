/** Callbacks for a value. An error in one does not affect the others. */
export interface Listeners<T> {
  /** `undefined` until there is a listener: most twins of a fleet have few. */
  entries: Set<Entry<T>> | undefined
}

/** A separate entry per call, because an app may add the same function twice. */
interface Entry<T> {
  readonly call: (value: T) => void
}

/** @returns removes the listener */
export function addListener<T>(listeners: Listeners<T>, call: (value: T) => void): () => void {
  const entry = { call }
  const entries = (listeners.entries ??= new Set())
  entries.add(entry)
  return () => entries.delete(entry)
}

/**
 * Also calls the listener once with the current value, unless a newer value reaches it first. That
 * call is deferred, so that the app already holds the function that removes the listener.
 *
 * @param current `undefined` when there is no value yet
 * @returns removes the listener
 */
export function addListenerWithCurrent<T>(
  listeners: Listeners<T>,
  listener: (value: T) => void,
  current: () => T | undefined,
): () => void {
  let isDue = true
  const call = (value: T): void => {
    isDue = false
    listener(value)
  }
  const remove = addListener(listeners, call)
  queueMicrotask(() => {
    const value = isDue ? current() : undefined
    if (value !== undefined) callListener(call, value)
  })
  return () => {
    isDue = false
    remove()
  }
}

export function emit<T>({ entries }: Listeners<T>, value: T): void {
  if (entries === undefined) return
  for (const entry of [...entries]) if (entries.has(entry)) callListener(entry.call, value)
}

export function removeListeners({ entries }: Listeners<never>): void {
  entries?.clear()
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
