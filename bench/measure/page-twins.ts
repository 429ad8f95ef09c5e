import { openTwin, type Twin } from 'hubtwin/light'

// Runs in a page: opens twins, lets them report, and records the page's long tasks.

export interface PageTwins {
  /** @returns once all have been synchronized */
  open(connectionStrings: readonly string[]): Promise<void>
  /** Lets each twin report once per interval, spread over it. */
  startReports(intervalInMs: number): void
  /** @returns the durations of tasks over 50 ms since the last call, and the heard changes */
  take(): { readonly tasks: readonly number[]; readonly changes: number }
}

declare global {
  interface Window {
    twins: PageTwins
  }
}

let tasks: number[] = []
let changes = 0
new PerformanceObserver((list) => {
  tasks.push(...list.getEntries().map(({ duration }) => duration))
}).observe({ type: 'longtask', buffered: true })

const twins: Twin[] = []
window.twins = {
  async open(connectionStrings) {
    for (const connectionString of connectionStrings) {
      const twin = openTwin(connectionString)
      twin.onDesired('climate', () => changes++)
      twins.push(twin)
    }
    await Promise.all(twins.map((twin) => twin.ready()))
  },
  startReports(intervalInMs) {
    for (const [index, twin] of twins.entries()) {
      setTimeout(
        () => setInterval(() => void twin.report({ at: Date.now(), index }), intervalInMs),
        (intervalInMs * index) / twins.length,
      )
    }
  },
  take() {
    const taken = { tasks, changes }
    tasks = []
    changes = 0
    return taken
  },
}
