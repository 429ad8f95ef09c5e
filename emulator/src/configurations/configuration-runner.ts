import type { ConfigurationRuns, Context } from '../hub/context.ts'
import { identityKey } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { MetricResults } from './configuration-document.ts'
import { createMetrics } from './metrics.ts'
import { assignConfigurations } from './assign-configurations.ts'

/** Applies the configurations of a hub to its twins. */
export interface ConfigurationRunner extends ConfigurationRuns {
  /** Stops, and resolves when nothing is running. `resume` or the next start continues. */
  pause(): Promise<void>
  resume(): void
}

/** How many twins the runner writes in a batch. Other work of the hub runs between batches. */
const CHUNK_SIZE = 250

/** After a failure of the store. */
const RETRY_IN_MS = 1000

/**
 * @param intervalInSeconds how often the runner applies the configurations to changed twins; 0
 *   means at once
 */
export function createConfigurationRunner(context: Context, intervalInSeconds: number = 0): ConfigurationRunner {
  const isPrompt = intervalInSeconds === 0
  const metrics = createMetrics(context)
  const own = new WeakSet<IdentityRecord>()
  const changed = new Map<string, IdentityRecord>()
  let isFull = false
  let running: Promise<void> | undefined
  let pausing = new AbortController()
  let results: ReadonlyMap<string, MetricResults> = new Map()

  context.registry.onChange((record) => {
    if (!isPrompt || own.has(record)) return
    if (context.configurations.size === 0 && record.twin.configurations === undefined) return
    changed.set(identityKey(record), record)
    run()
  })

  function start(): void {
    isFull = true
    run()
  }

  function run(): void {
    if (pausing.signal.aborted) return
    running ??= work().finally(() => {
      running = undefined
      if (hasWork()) run()
    })
  }

  function hasWork(): boolean {
    return (isFull || changed.size > 0) && !pausing.signal.aborted
  }

  async function work(): Promise<void> {
    while (hasWork()) {
      // A run covers all changes of a turn of the event loop.
      await nextTurn()
      const todo = isFull ? context.registry.all() : [...changed.values()]
      const wasFull = isFull
      isFull = false
      changed.clear()
      try {
        await assignChunks(todo)
      } catch (error) {
        context.onError(error)
        isFull = true
        await pauseOf(RETRY_IN_MS, pausing.signal)
      }
      if (wasFull && !isPrompt) results = metrics.all()
    }
  }

  async function assignChunks(todo: readonly IdentityRecord[]): Promise<void> {
    for (let at = 0; at < todo.length; at += CHUNK_SIZE) {
      if (pausing.signal.aborted) {
        isFull = true
        return
      }
      await assignConfigurations(context, todo.slice(at, at + CHUNK_SIZE), (record) => own.add(record))
      await nextTurn()
    }
  }

  async function repeat({ signal }: AbortController): Promise<void> {
    while (!signal.aborted) {
      await context.until(context.clock() + intervalInSeconds * 1000, signal)
      if (!signal.aborted) start()
    }
  }

  if (!isPrompt) void repeat(pausing)
  return {
    start,
    resultsFor: (configuration) =>
      isPrompt ? metrics.of(configuration) : (results.get(configuration.id) ?? { system: {}, custom: {} }),
    async pause() {
      pausing.abort()
      await running
    },
    resume() {
      pausing = new AbortController()
      if (!isPrompt) void repeat(pausing)
      start()
    },
  }
}

/**
 * Follows the real time, because the hub's clock may be stopped. Ends early when the signal aborts.
 */
function pauseOf(inMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, inMs)
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
  })
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
