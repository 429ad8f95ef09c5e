import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { adviceFor } from './advice.ts'
import { type Launch, newLaunch, nextLaunch } from './launch.ts'
import type { FleetOptions } from './options.ts'
import type { Plan } from './plan.ts'
import { sizeOf } from './roster.ts'
import { type Reading, type Sample, sampleOf } from './sample.ts'
import type { Schedule } from './schedule.ts'
import type { FailureSample } from './thread-messages.ts'
import { startThreads, type Threads } from './threads.ts'

/** The figures of a run. */
export interface Measured {
  readonly last: Sample
  readonly secondsUntilAllSynced: number | undefined
  readonly memoryPerDeviceInKB: number
  /** The reason that the run ended by itself. */
  readonly problem: string | undefined
}

export interface RunEvents {
  sample(sample: Sample): void
  /** A line for the user, without secrets. */
  note(line: string): void
}

const TICK_IN_MS = 100

/** Runs the fleet until the signal aborts, or until the first devices show that it cannot work. */
export async function runFleet(
  { roster, isLocal, connectRate }: Plan,
  options: FleetOptions,
  events: RunEvents,
  signal: AbortSignal,
): Promise<Measured> {
  const devices = sizeOf(roster)
  const failures: FailureSample[] = []
  let problem: string | undefined
  const threads = startThreads(options.workers, roster, settingsOf(options), {
    onFailure(failure) {
      // Each thread reports its own first failure of a kind.
      const isKnown = failures.some(({ code, cause }) => code === failure.code && cause === failure.cause)
      failures.push(failure)
      if (!isKnown) events.note(withAdvice(failure, isLocal))
    },
    onCrash: (error) => void (problem ??= `A worker thread crashed: ${error.message}`),
  })
  const start = read(threads)
  let before = start
  let launch: Launch = newLaunch(devices, connectRate, start.now)
  let allSyncedAt: number | undefined

  const takeSample = (): Sample => {
    const reading = read(threads)
    const times = { reports: threads.reportTimes(), telemetry: threads.telemetryTimes(), syncs: threads.syncTimes() }
    const sample = sampleOf(devices, start, before, reading, times)
    before = reading
    events.sample(sample)
    return sample
  }

  while (!signal.aborted && problem === undefined) {
    const now = Date.now()
    const counts = threads.counters.read()
    if (counts.synced === devices) allSyncedAt ??= now
    const [next, action] = nextLaunch(launch, { now, counts, failures })
    launch = next
    if (action.type === 'start') threads.start(action.count)
    if (action.type === 'give up') problem = reasonOf(action.failure)
    if (now - before.now >= options.every * 1000) takeSample()
    await delay(TICK_IN_MS, undefined, { signal }).catch(() => undefined)
  }

  const last = takeSample()
  if (!(await threads.stop(options.closeSeconds * 1000))) {
    events.note(`Some connections did not close within ${options.closeSeconds} s`)
  }
  return {
    last,
    secondsUntilAllSynced: allSyncedAt === undefined ? undefined : (allSyncedAt - start.now) / 1000,
    memoryPerDeviceInKB: Number(((before.memoryInBytes - start.memoryInBytes) / devices / 1000).toFixed(1)),
    problem,
  }
}

function settingsOf({ model, reportEvery, telemetryEvery, jitter }: FleetOptions): Parameters<typeof startThreads>[2] {
  const scheduleOf = (seconds: number): Schedule => ({
    everyInMs: seconds === 0 ? Infinity : seconds * 1000,
    jitter: jitter / 100,
  })
  return { model, schedule: scheduleOf(reportEvery), telemetrySchedule: scheduleOf(telemetryEvery) }
}

/** The memory and the CPU time cover all threads together. */
function read(threads: Threads): Reading {
  const { user, system } = process.cpuUsage()
  return {
    now: Date.now(),
    counts: threads.counters.read(),
    memoryInBytes: process.memoryUsage.rss(),
    cpuInMs: (user + system) / 1000,
  }
}

function withAdvice(failure: FailureSample, isLocal: boolean): string {
  const { code, message } = failure
  const advice = adviceFor(failure, isLocal)
  const end = /[.?]$/.test(message) ? '' : '.'
  return advice === undefined ? `${code}: ${message}` : `${code}: ${message}${end} ${advice}`
}

/** The preceding note has the message and the advice. */
function reasonOf(failure: FailureSample | undefined): string {
  const reason = failure === undefined ? 'the hub does not answer' : failure.code
  return `None of the first devices could connect: ${reason}`
}
