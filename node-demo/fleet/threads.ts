import { createHistogram, type Histogram, type RecordableHistogram } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { type Counters, createCounters } from './counters.ts'
import type { DeviceSettings } from './reporting.ts'
import { type Roster, sizeOf } from './roster.ts'
import type { FailureSample, ThreadMessage, ThreadOrder, ThreadStart } from './thread-messages.ts'

/** The worker threads with the devices of the fleet. */
export interface Threads {
  readonly counters: Counters
  /** Starts the next devices of the roster, evenly over the threads. */
  start(count: number): void
  /** The counts of all threads together, since the start. */
  reportTimes(): Histogram
  telemetryTimes(): Histogram
  syncTimes(): Histogram
  /** Closes every device. @returns whether all threads finished before the deadline */
  stop(deadlineInMs: number): Promise<boolean>
}

/**
 * @param onFailure gets the first failure of each kind
 * @param onCrash gets the error of a thread that ended early
 */
export function startThreads(
  count: number,
  roster: Roster,
  settings: DeviceSettings,
  { onFailure, onCrash }: { onFailure(failure: FailureSample): void; onCrash(error: Error): void },
): Threads {
  const counters = createCounters()
  const times: { readonly reports: Histogram; readonly telemetry: Histogram; readonly syncs: Histogram }[] = []
  const threads = Math.min(count, sizeOf(roster))
  let next = 0
  const workers = Array.from({ length: threads }, (_, thread) => {
    const start: ThreadStart = { roster, settings, thread, threads, counterBuffer: counters.buffer }
    const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: start })
    const stopped = new Promise<void>((resolve) => {
      worker.on('message', (message: ThreadMessage) => {
        if (message.type === 'meters') {
          const { reportTimes: reports, telemetryTimes: telemetry, syncTimes: syncs } = message
          times.push({ reports, telemetry, syncs })
        } else if (message.type === 'failure') onFailure(message.failure)
        else resolve()
      })
      worker.once('exit', () => resolve())
    })
    worker.on('error', onCrash)
    return { worker, stopped, order: (order: ThreadOrder) => worker.postMessage(order, []) }
  })

  return {
    counters,
    start(amount) {
      const shares = new Map<number, number>()
      for (let each = 0; each < amount; each++, next = (next + 1) % threads) {
        shares.set(next, (shares.get(next) ?? 0) + 1)
      }
      for (const [thread, share] of shares) workers[thread]?.order({ type: 'start', count: share })
    },
    reportTimes: () => sumOf(times.map(({ reports }) => reports)),
    telemetryTimes: () => sumOf(times.map(({ telemetry }) => telemetry)),
    syncTimes: () => sumOf(times.map(({ syncs }) => syncs)),
    async stop(deadlineInMs) {
      for (const { order } of workers) order({ type: 'stop' })
      const timer = new AbortController()
      const isClean = await Promise.race([
        Promise.all(workers.map(({ stopped }) => stopped)).then(() => true),
        delay(deadlineInMs, false, { signal: timer.signal }),
      ])
      timer.abort()
      await Promise.all(workers.map(({ worker }) => worker.terminate()))
      return isClean
    },
  }
}

function sumOf(histograms: readonly Histogram[]): Histogram {
  const sum: RecordableHistogram = createHistogram()
  // The types name only the recordable kind, but a histogram of another thread adds as well.
  for (const each of histograms) if (each.count > 0) sum.add(each as RecordableHistogram)
  return sum
}
