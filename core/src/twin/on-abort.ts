const calls = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls when a signal aborts. All calls of one signal share one event listener: an app may give the signal of a page or a
 * process to any number of waits, and Node warns of a leak at the eleventh listener (Node.js: `events.setMaxListeners`).
 *
 * @returns takes the call off
 */
export function onAbort(signal: AbortSignal, call: () => void): () => void {
  const all = calls.get(signal) ?? listen(signal)
  // An entry of its own, since the same function may be added twice.
  const entry = (): void => call()
  all.add(entry)
  return () => {
    all.delete(entry)
    if (all.size > 0 || calls.get(signal) !== all) return
    calls.delete(signal)
    signal.removeEventListener('abort', callAll)
  }
}

function listen(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>()
  calls.set(signal, all)
  signal.addEventListener('abort', callAll, { once: true })
  return all
}

function callAll(this: AbortSignal): void {
  const all = calls.get(this) ?? []
  calls.delete(this)
  for (const call of [...all]) call()
}
