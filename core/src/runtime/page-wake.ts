import type { WakeSource } from '../session/wake-source.ts'

/**
 * The events of a page or worker that say "the network is back" or "this page runs again", each where it exists. In a
 * runtime without them nothing is ever told.
 *
 * Page Lifecycle: `freeze` and `resume` at the document; HTML: `pagehide` and `pageshow` at the window, `online` there
 * and in a worker.
 */
export const pageWakeSource: WakeSource = (listener) => {
  const off = new AbortController()
  const on = (target: EventTarget | undefined, type: string, tell: () => void): void => {
    target?.addEventListener?.(type, tell, { signal: off.signal })
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
