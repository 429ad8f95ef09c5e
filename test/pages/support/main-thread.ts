import type { Browser, Page } from '@playwright/test'

/** An event of Chromium's trace (Trace Event Format). Times are in microseconds. */
interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** The CPU time of the thread during the event, which other programs do not extend. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/**
 * Records the tasks of the main threads of all pages.
 *
 * @returns the CPU times of the tasks in milliseconds, the longest first
 */
export async function traceTasks(browser: Browser, page: Page, action: () => Promise<void>): Promise<number[]> {
  await browser.startTracing(page, { categories: ['__metadata', 'disabled-by-default-devtools.timeline'] })
  await action()
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: readonly TraceEvent[] }
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`
  const main = trace.traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
  const threads = new Set(main.map(threadOf))
  const tasks = trace.traceEvents.filter((event) => event.name === 'RunTask' && threads.has(threadOf(event)))
  return tasks.flatMap(({ tdur }) => (tdur === undefined ? [] : [tdur / 1000])).sort((a, b) => b - a)
}
