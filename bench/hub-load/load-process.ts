import { setTimeout as delay } from 'node:timers/promises'
import { backEndOf, type BackEnd } from './back-end.ts'
import { dialectOf } from './dialect.ts'
import { type LoadDevice, openLoadDevice } from './load-device.ts'
import { serve } from './remote.ts'
import type { Target } from './target.ts'
import { reportOf, reported } from './twin.ts'

// A process with a part of the devices. It serves its parent's calls.

export type Operation = 'read' | 'report' | 'notify'

export interface Opening {
  readonly target: Target
  /** The index of this load process. */
  readonly process: number
  /** The numbers of the devices to open. */
  readonly devices: readonly number[]
}

export interface Phase {
  readonly operation: Operation
  readonly seconds: number
  /** A number of requests in flight, or a number of requests per second regardless of responses. */
  readonly pace: { readonly inFlight: number } | { readonly perSecond: number }
}

export interface PhaseResult {
  /** Milliseconds of each answered request. */
  readonly latencies: Float64Array
  readonly seconds: number
  /** Microseconds of processor time of this process. */
  readonly processor: number
}

const OPEN_AT_ATIME = 25
const ANSWER_DEADLINE_IN_MS = 30_000

const devices: LoadDevice[] = []
let backEnd: BackEnd | undefined
let turn = 0
let step = 0

const api = {
  /**
   * Connects devices; each reads its twin and reports once.
   *
   * @returns milliseconds from dial to twin for each device
   */
  async open({ target, process: number, devices: numbers }: Opening): Promise<Float64Array> {
    const localAddress = `127.0.0.${number + 2}`
    const dialect = dialectOf(target)
    backEnd ??= await backEndOf(target, number, localAddress)
    const rest = [...numbers]
    const latencies: number[] = []
    const opener = async (): Promise<void> => {
      for (let at = rest.shift(); at !== undefined; at = rest.shift()) {
        const begun = performance.now()
        const device = await answered(openLoadDevice(target, dialect, at, localAddress))
        latencies.push(performance.now() - begun)
        devices.push(device)
        await answered(device.report(JSON.stringify(reported)))
      }
    }
    await Promise.all(Array.from({ length: OPEN_AT_ATIME }, opener))
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
      if (failures.length > 0)
        throw new Error(`${failures.length} devices failed, the first with: ${String(failures[0])}`)
    }
    const { user, system } = process.cpuUsage(before)
    return {
      latencies: Float64Array.from(latencies),
      seconds: (performance.now() - begun) / 1000,
      processor: user + system,
    }
  },

  /** Resolves once every device has a desired patch. */
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
      // The back end's own response is part of the work, but not of the time.
      await Promise.all([device.notified().then(done), backEnd?.change(device.at, step)])
  }
}

/** Picks the next device that does not wait for a response. @returns undefined if all wait */
function nextIdle(): LoadDevice | undefined {
  for (let tries = 0; tries < devices.length; tries++) {
    turn = (turn + 1) % devices.length
    const device = devices[turn]
    if (device?.isIdle() === true) return device
  }
  return undefined
}

async function answered<T>(work: Promise<T>): Promise<T> {
  const overdue = new AbortController()
  const late = delay(ANSWER_DEADLINE_IN_MS, undefined, { signal: overdue.signal }).then(() => {
    throw new Error(`a request has had no response for ${ANSWER_DEADLINE_IN_MS / 1000} s`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    overdue.abort()
  }
}
