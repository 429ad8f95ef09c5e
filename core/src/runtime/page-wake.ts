import type { WakeSource } from '../session/wake-source.ts'

/**
 * Wake and sleep events from the page or worker. A runtime without these events never calls the
 * listener.
 *
 * Page Lifecycle: `freeze` and `resume` at the document. HTML: `pagehide` and `pageshow` at the
 * window, `online` there and in a worker.
 */
export const pageWakeSource: WakeSource = (listener) => {
  const off = new AbortController()
  const on = (target: EventTarget | undefined, type: string, call: () => void): void => {
    target?.addEventListener?.(type, call, { signal: off.signal })
  }
  const scope: Partial<EventTarget> = globalThis
  const page = 'document' in globalThis ? globalThis.document : undefined
  const outer = typeof scope.addEventListener === 'function' ? (scope as EventTarget) : undefined
  const wake = (): void => listener('wake')
  const sleep = (): void => listener('sleep')

  on(outer, 'online', wake)
  on(outer, 'pageshow', wake)
  on(outer, 'pagehide', sleep)
  on(page, 'freeze', sleep)
  on(page, 'resume', wake)
  on(page, 'visibilitychange', () => {
    if (page?.visibilityState === 'visible') wake()
  })
  return () => off.abort()
}
