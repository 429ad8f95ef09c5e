import { Refusal } from '../errors/refusal.ts'
import { spend } from './rate.ts'
import type { Metered, Size } from './tier.ts'
import { ratesOf } from './tier.ts'

export interface AdmitOptions {
  /** @default 1 */
  readonly cost?: number
  /** Waits for as long as it takes. @default false */
  readonly isPatient?: boolean
}

/** How fast a hub of the chosen tier is. */
export interface Throttle {
  /**
   * Lets an operation pass, at once or after its time in the queue.
   *
   * @returns undefined where it need not wait
   * @throws Refusal ThrottlingException where the queue is full
   */
  admit(metered: Metered, options?: AdmitOptions): Promise<void> | undefined
}

/**
 * How long the queue is. The documents say that there is one, and that it is limited (IoT Hub: quotas and throttling, traffic shaping); by how much
 * they do not say.
 */
const longestWaitInMs = 2000

/** A hub as fast as this machine. */
export const noThrottle: Throttle = { admit: () => undefined }

/** @throws RangeError for a tier or units that there are not */
export function createThrottle(size: Size, clock: () => number, until: (time: number) => Promise<void>): Throttle {
  const rates = ratesOf(size)
  const paidUntil = new Map<Metered, number>()
  return {
    admit(metered, { cost = 1, isPatient = false } = {}) {
      const now = clock()
      const longest = isPatient ? Infinity : longestWaitInMs
      const spending = spend(paidUntil.get(metered) ?? 0, rates[metered], { cost, now, longestWaitInMs: longest })
      if (spending.type === 'throttled') {
        const { amount, inSeconds } = rates[metered]
        throw new Refusal('ThrottlingException', `More than ${amount} ${told[metered]} in ${inSeconds} s`)
      }
      paidUntil.set(metered, spending.paidUntil)
      return spending.waitInMs === 0 ? undefined : until(now + spending.waitInMs)
    },
  }
}

const told: Readonly<Record<Metered, string>> = {
  registry: 'operations of the registry',
  connections: 'new connections',
  telemetry: 'messages to the cloud',
  cloudMessages: 'messages to devices',
  methods: 'KB of direct methods',
  queries: 'queries',
  twinReads: 'reads of twins',
  twinUpdates: 'updates of twins',
  jobs: 'operations on jobs',
  jobDevices: 'devices of jobs',
}
