import type { Identity } from '../identity/identity-id.ts'
import { spend } from '../throttling/rate.ts'

/** Which kind of request a fault is about; without one it is about all three. */
export type Operation = 'get' | 'patch' | 'rest'

/** Something that goes wrong at the hub, as long as it is set. */
export type Fault =
  /** The WebSocket upgrade is answered with this HTTP status. Nobody has said yet who it is, so no identity can be given. */
  | { readonly type: 'refuse-upgrade'; readonly status: number }
  /** A CONNECT is answered with this code. IoT Hub's own is always 5, the default. */
  | { readonly type: 'refuse-connect'; readonly code?: 2 | 3 | 4 | 5 }
  /** A connection is closed when a packet comes before CONNACK. CONNACK waits up to a second for such a packet. */
  | { readonly type: 'refuse-early-packet' }
  /**
   * A GET that comes before the SUBACK overtakes the SUBSCRIBE, as in a hub that handles packets side by side: it is carried out, and its answer
   * is lost. The SUBSCRIBE waits up to a second for such a GET.
   */
  | { readonly type: 'lose-early-get' }
  /** The request is carried out, its answer is never sent. */
  | { readonly type: 'lose-answer'; readonly operation?: Operation }
  /** The request is carried out, its answer is held back. */
  | { readonly type: 'delay-answer'; readonly delayInMs: number; readonly operation?: Operation }
  /** The request is carried out, its answer is sent twice. */
  | { readonly type: 'duplicate-answer'; readonly operation?: Exclude<Operation, 'rest'> }
  /** The request is not carried out and answered with this; the default body is the hub's own error body for the status. */
  | { readonly type: 'answer'; readonly status: number; readonly body?: string; readonly operation?: Operation }
  /** The request is not carried out and answered with 429, as a hub at its limit does. */
  | {
      readonly type: 'throttle'
      readonly operation?: Operation
      /** So many requests a second pass; a second's worth may come at once. @default 0 */
      readonly ratePerSecond?: number
    }
  | { readonly type: 'lose-notification' }
  | { readonly type: 'duplicate-notification' }
  /** The notification is held back; later ones may pass it. */
  | { readonly type: 'delay-notification'; readonly delayInMs: number }
  /** A half-open connection: bytes are taken, nothing is answered, not even the end. Taking the fault back breaks the connection. */
  | { readonly type: 'silence' }

/** Whom a fault strikes, and how often. Without a device: everyone. With a device and no module: the device itself. */
export interface FaultLimit {
  readonly deviceId?: string
  readonly moduleId?: string
  /** After so many strikes the fault is over. Default: until it is taken back. */
  readonly times?: number
}

export interface SetFault {
  readonly id: number
  readonly fault: Fault
  readonly limit: FaultLimit
  readonly struck: number
  /** Of a throttle with a rate. */
  readonly paidUntil: number
}

/** The situation in which something could go wrong. The identity of an upgrade, and of most REST requests, is not known. */
export interface Occasion {
  readonly identity?: Identity | undefined
  readonly operation?: Operation
}

/** Whether a fault strikes now, and what becomes of it by that. */
export function meet(
  set: SetFault,
  type: Fault['type'],
  occasion: Occasion,
  now: number,
): { readonly strikes: boolean; readonly set: SetFault } {
  if (!fits(set, type, occasion)) return { strikes: false, set }
  if (set.fault.type === 'throttle' && set.fault.ratePerSecond !== undefined) {
    const rate = { amount: set.fault.ratePerSecond, inSeconds: 1 }
    const spending = spend(set.paidUntil, rate, { cost: 1, now, longestWaitInMs: 0 })
    if (spending.type === 'admitted') return { strikes: false, set: { ...set, paidUntil: spending.paidUntil } }
  }
  return { strikes: true, set: { ...set, struck: set.struck + 1 } }
}

/** Whether a fault is about this occasion and is not over. */
export function fits({ fault, limit, struck }: SetFault, type: Fault['type'], occasion: Occasion): boolean {
  if (fault.type !== type || struck >= (limit.times ?? Infinity)) return false
  if ('operation' in fault && fault.operation !== undefined && fault.operation !== occasion.operation) return false
  if (limit.deviceId === undefined) return true
  return occasion.identity?.deviceId === limit.deviceId && occasion.identity.moduleId === limit.moduleId
}
