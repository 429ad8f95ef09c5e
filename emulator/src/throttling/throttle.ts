import type { MiddlewareHandler } from 'hono'
import { Refusal } from '../errors/refusal.ts'
import { spend } from './rate.ts'
import { type Metered, type Size, ratesOf } from './tier.ts'

export interface AdmitOptions {
  /** @default 1 */
  readonly cost?: number
  /** Whether the operation waits in the queue without a limit. @default false */
  readonly isPatient?: boolean
}

/** The rate limits of a hub. */
export interface Throttle {
  /**
   * Admits an operation, at once or after its time in the queue.
   *
   * @returns undefined if the operation need not wait
   * @throws Refusal ThrottlingException if the queue is full
   */
  admit(operation: Metered, options?: AdmitOptions): Promise<void> | undefined
}

/**
 * The length of the queue. The documents say that there is a queue and that it is limited, but not
 * its length (IoT Hub: quotas and throttling, traffic shaping).
 */
const LONGEST_WAIT_IN_MS = 2000

/** Admits everything at once. */
export const noThrottle: Throttle = { admit: () => undefined }

/** @throws RangeError for an unknown tier or an invalid number of units */
export function createThrottle(size: Size, clock: () => number, until: (time: number) => Promise<void>): Throttle {
  const rates = ratesOf(size)
  const paidUntil = new Map<Metered, number>()
  return {
    admit(operation, { cost = 1, isPatient = false } = {}) {
      const now = clock()
      const longest = isPatient ? Infinity : LONGEST_WAIT_IN_MS
      const spending = spend(paidUntil.get(operation) ?? 0, rates[operation], { cost, now, longestWaitInMs: longest })
      if (spending.type === 'throttled') {
        const { amount, inSeconds } = rates[operation]
        throw new Refusal('ThrottlingException', `More than ${amount} ${DESCRIPTIONS[operation]} in ${inSeconds} s`)
      }
      paidUntil.set(operation, spending.paidUntil)
      return spending.waitInMs === 0 ? undefined : until(now + spending.waitInMs)
    },
  }
}

const DESCRIPTIONS: Readonly<Record<Metered, string>> = {
  registry: 'registry operations',
  connections: 'new connections',
  telemetry: 'device-to-cloud messages',
  cloudMessages: 'cloud-to-device messages',
  methods: 'KB of direct methods',
  queries: 'queries',
  twinReads: 'twin reads',
  twinUpdates: 'twin updates',
  jobs: 'job operations',
  jobDevices: 'devices of jobs',
  configurations: 'operations with configurations',
}

/** Throttles a route. Above the rate, the hub answers 429001. */
export function metered({ throttle }: { readonly throttle: Throttle }, operation: Metered): MiddlewareHandler {
  return async (_context, next) => {
    await throttle.admit(operation)
    await next()
  }
}
