import type { WakeSource } from '../session/wake-source.ts'

/** All twins share these events, because a page may have hundreds of twins. */
const listeners = new Set<Parameters<WakeSource>[0]>()
let events: AbortController | undefined

/**
 * Wake and sleep events from the page or worker. A runtime without these events never calls the
 * listener.
 *
 * Page Lifecycle: `freeze` and `resume` at the document. HTML: `pagehide` and `pageshow` at the
 * window, `online` there and in a worker.
 */
export const pageWakeSource: WakeSource = (listener) => {
  listeners.add(listener)
  events ??= listen()
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    events?.abort()
    events = undefined
  }
}

/** @returns ends it */
function listen(): AbortController {
  const off = new AbortController()
  const on = (target: Partial<EventTarget> | undefined, type: string, call: () => void): void => {
    target?.addEventListener?.(type, call, { signal: off.signal })
  }
  const page = 'document' in globalThis ? globalThis.document : undefined
  const wake = (): void => emit('wake')
  const sleep = (): void => emit('sleep')

  on(globalThis, 'online', wake)
  on(globalThis, 'pageshow', wake)
  on(globalThis, 'pagehide', sleep)
  on(page, 'freeze', sleep)
  on(page, 'resume', wake)
  on(page, 'visibilitychange', () => {
    if (page?.visibilityState === 'visible') wake()
  })
  return off
}

function emit(event: 'wake' | 'sleep'): void {
  for (const listener of [...listeners]) listener(event)
}
