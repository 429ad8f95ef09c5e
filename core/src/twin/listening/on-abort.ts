const calls = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls when a signal aborts. All calls of a signal share a single event listener. An app may give
 * the signal of a page or a process to any number of waits, and Node warns about a leak at the
 * eleventh listener (Node.js: `events.setMaxListeners`).
 *
 * @returns removes the call
 */
export function onAbort(signal: AbortSignal, call: () => void): () => void {
  const all = calls.get(signal) ?? listen(signal)
  // A separate entry per call, because an app may add the same function twice.
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
