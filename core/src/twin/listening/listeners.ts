import { checkFunction } from '../../protocol/checks.ts'

/** A value that changes, and callbacks for it. An error in one does not affect the others. */
export interface Listeners<T> {
  /** `undefined` until there is a listener: most twins of a fleet have few. */
  entries: Set<Entry<T>> | undefined
  /** The newest value; `undefined` before the first. */
  current: T | undefined
  /** No more values come. The listeners have got `undefined`. */
  ended: boolean
}

/** A separate entry per call, because an app may add the same function twice. */
interface Entry<T> {
  readonly call: (value: T | undefined) => void
}

export function createListeners<T>(): Listeners<T> {
  return { entries: undefined, current: undefined, ended: false }
}

/** @returns removes the listener */
export function addListener<T>(listeners: Listeners<T>, call: Entry<T>['call']): () => void {
  const entry = { call }
  const entries = (listeners.entries ??= new Set())
  entries.add(entry)
  return () => entries.delete(entry)
}

/**
 * Adds a listener of the app, and calls it once with the current value, unless a newer value
 * reaches it first. That call is deferred, so that the app already holds the function that removes
 * the listener.
 *
 * @param changeOf turns a value into the change for the listener; `undefined` is none
 * @returns removes the listener
 * @throws TypeError when the listener is not a function
 */
export function listen<T, Change>(
  listeners: Listeners<T>,
  listener: (change: Change) => void,
  changeOf: (value: T) => Change | undefined,
): () => void {
  checkFunction('listener', listener)
  let isDue = true
  const call = (value: T | undefined): void => {
    isDue = false
    const change = value && changeOf(value)
    if (change) listener(change)
  }
  const remove = addListener(listeners, call)
  queueMicrotask(() => {
    if (isDue && !listeners.ended) callListener(call, listeners.current)
  })
  return () => {
    isDue = false
    remove()
  }
}

export function emit<T>(listeners: Listeners<T>, value: T): void {
  listeners.current = Object.freeze(value)
  callAll(listeners, value)
}

/** Tells the listeners that no more values come, and removes them. */
export function endListeners<T>(listeners: Listeners<T>): void {
  listeners.ended = true
  callAll(listeners, undefined)
  removeListeners(listeners)
}

export function removeListeners<T>({ entries }: Listeners<T>): void {
  entries?.clear()
}

function callAll<T>({ entries }: Listeners<T>, value: T | undefined): void {
  if (entries === undefined) return
  for (const entry of [...entries]) if (entries.has(entry)) callListener(entry.call, value)
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
