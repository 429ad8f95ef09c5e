import { setTimeout as delay } from 'node:timers/promises'
import { backEndOf, type BackEnd } from './back-end.ts'
import { dialectOf } from './dialect.ts'
import { LoadDevice } from './load-device.ts'
import { serve } from './remote.ts'
import type { Target } from './target.ts'
import { reportOf, reported } from './twin.ts'

// A process of its own with a part of the devices: it waits for its parent's calls.

export type Operation = 'read' | 'report' | 'notify'

export interface Opening {
  readonly target: Target
  /** Which of the load processes this is, from 0. */
  readonly process: number
  /** The numbers of the devices to be opened. */
  readonly devices: readonly number[]
}

export interface Phase {
  readonly operation: Operation
  readonly seconds: number
  /** As many at a time, each followed by the next; or so many a second, whatever is answered. */
  readonly pace: { readonly inFlight: number } | { readonly perSecond: number }
}

export interface PhaseResult {
  /** Milliseconds of each that was answered. */
  readonly latencies: Float64Array
  readonly seconds: number
  /** Microseconds of processor that this side took. */
  readonly processor: number
}

const openAtATime = 25
const answerDeadlineInMs = 30_000

const devices: LoadDevice[] = []
let backEnd: BackEnd | undefined
let turn = 0
let step = 0

const api = {
  /** Connects devices, has each read its twin and report once. @returns milliseconds of each from its dial to its twin */
  async open({ target, process: number, devices: numbers }: Opening): Promise<Float64Array> {
    const localAddress = `127.0.0.${number + 2}`
    const dialect = dialectOf(target)
    backEnd ??= await backEndOf(target, number, localAddress)
    const rest = [...numbers]
    const latencies: number[] = []
    const opener = async (): Promise<void> => {
      for (let at = rest.shift(); at !== undefined; at = rest.shift()) {
        const begun = performance.now()
        const device = await answered(LoadDevice.open(target, dialect, at, localAddress))
        latencies.push(performance.now() - begun)
        devices.push(device)
        await answered(device.report(JSON.stringify(reported)))
      }
    }
    await Promise.all(Array.from({ length: openAtATime }, opener))
    return Float64Array.from(latencies)
  },

  async run({ operation, seconds, pace }: Phase): Promise<PhaseResult> {
    const latencies: number[] = []
    const before = process.cpuUsage()
    const begun = performance.now()
    const end = begun + seconds * 1000
    const one = async (): Promise<void> => {
      let device = nextIdle()
      for (; device === undefined; device = nextIdle()) await delay(1)
      const start = performance.now()
      await perform(operation, device, () => latencies.push(performance.now() - start))
    }
    if ('inFlight' in pace) {
      const worker = async (): Promise<void> => {
        while (performance.now() < end) await one()
      }
      await answered(Promise.all(Array.from({ length: pace.inFlight }, worker)))
    } else {
      const all: Promise<void>[] = []
      const failures: unknown[] = []
      while (performance.now() < end) {
        const due = ((performance.now() - begun) / 1000) * pace.perSecond
        while (all.length < due) all.push(one().catch((error: unknown) => void failures.push(error)))
        await delay(1)
      }
      await answered(Promise.all(all))
      if (failures.length > 0) throw new Error(`${failures.length} have failed, the first with: ${String(failures[0])}`)
    }
    const { user, system } = process.cpuUsage(before)
    return {
      latencies: Float64Array.from(latencies),
      seconds: (performance.now() - begun) / 1000,
      processor: user + system,
    }
  },

  /** Resolves once every device has been told of desired properties. */
  async allNotified(): Promise<void> {
    await answered(Promise.all(devices.map((device) => device.notified())))
  },
}

export type LoadApi = typeof api

serve(api)

async function perform(operation: Operation, device: LoadDevice, done: () => void): Promise<void> {
  step += 1
  switch (operation) {
    case 'read':
      return device.read().then(done)
    case 'report':
      return device.report(reportOf(step)).then(done)
    case 'notify':
      // The back end's own answer is no part of the time, but of the work.
      await Promise.all([device.notified().then(done), backEnd?.tell(device.at, step)])
  }
}

/** In turn; one that is still waiting for an answer is passed over. @returns undefined where all are waiting */
function nextIdle(): LoadDevice | undefined {
  for (let tries = 0; tries < devices.length; tries++) {
    turn = (turn + 1) % devices.length
    const device = devices[turn]
    if (device?.isIdle === true) return device
  }
  return undefined
}

async function answered<T>(work: Promise<T>): Promise<T> {
  const overdue = new AbortController()
  const late = delay(answerDeadlineInMs, undefined, { signal: overdue.signal }).then(() => {
    throw new Error(`something has had no answer for ${answerDeadlineInMs / 1000} s`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    overdue.abort()
  }
}
