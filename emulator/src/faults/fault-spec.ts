import * as v from 'valibot'
import { explain } from '../errors/explain-issue.ts'
import { Refusal } from '../errors/refusal.ts'

/**
 * The device or module that a fault affects, and how often.
 * @example
 * ```ts
 * import {
 *   type AnswerSpec,
 *   type FaultReport,
 *   type Faults,
 *   type FaultSpec,
 *   type FaultTarget,
 *   type RequestKind,
 *   startHub,
 * } from 'hubtwin-emulator'
 *
 * const once: FaultTarget = { device: 'device1', times: 1 }
 * const operation: RequestKind = 'patch'
 * const lost: FaultSpec = { fault: 'lose', operation, ...once }
 * const busy: AnswerSpec = { operation, status: 503, ...once }
 *
 * function setAll(faults: Faults): readonly FaultReport[] {
 *   faults.set(lost)
 *   faults.answer(busy)
 *   return faults.list()
 * }
 *
 * const hub = await startHub()
 * console.log(setAll(hub.faults))
 * await hub.close()
 * ```
 */
export interface FaultTarget {
  /** @default every device */
  readonly device?: string
  /** A module of the device. @default the device itself */
  readonly module?: string
  /** The number of injections after which the fault is over. @default until it is removed */
  readonly times?: number
  /** The probability of an injection on each occasion, above 0 and up to 1. @default 1 */
  readonly probability?: number
}

/** A twin request over MQTT, or a request to the service's REST API. */
export type RequestKind = 'get' | 'patch' | 'rest'

/** A fault, as the library, the command line, and HTTP describe it. */
export type FaultSpec =
  /** The hub answers requests with 429. With `rate`, only requests above that many per second. */
  | ({
      readonly fault: 'throttle'
      /** @default all three kinds */
      readonly operation?: RequestKind
      readonly rate?: number
    } & FaultTarget)
  /**
   * The hub refuses a CONNECT with a return code, or an upgrade or a request with an HTTP status.
   * It closes a connection that sends a packet before it has CONNACK (`early-packet`). To see such
   * a packet, the hub delays CONNACK by up to a second.
   */
  | ({
      readonly fault: 'refuse'
      /** @default 'connect' */
      readonly operation?: 'connect' | 'early-packet' | 'upgrade' | RequestKind
      /** The return code of CONNACK. @default 5, as in IoT Hub */
      readonly code?: 2 | 3 | 4 | 5
      /** The status of an upgrade or a request, 400 to 599. @default 503 */
      readonly status?: number
    } & FaultTarget)
  /**
   * The hub carries out a request and never sends the response, or never sends a desired patch
   * (`notification`). An `early-get` is a GET that a device sends before it has SUBACK. The hub
   * delays SUBACK by up to a second to wait for such a GET, and loses its response. A `puback` is
   * the acknowledgment of any QoS 1 message: the hub handles the message and never acknowledges it.
   */
  | ({
      readonly fault: 'lose'
      /** @default the answers to all requests */
      readonly operation?: RequestKind | 'notification' | 'early-get' | 'puback'
    } & FaultTarget)
  /** The hub sends desired patches (`notification`) or responses twice. */
  | ({
      readonly fault: 'duplicate'
      /** `answer` means the responses to `get` and `patch`. @default 'notification' */
      readonly operation?: 'notification' | 'answer' | 'get' | 'patch'
    } & FaultTarget)
  /**
   * The hub delays responses, desired patches (`notification`), or the acknowledgments of QoS 1
   * messages (`puback`). Later responses and patches can overtake them. Acknowledgments keep their
   * order.
   */
  | ({
      readonly fault: 'delay'
      readonly milliseconds: number
      /** @default the answers to all requests */
      readonly operation?: RequestKind | 'notification' | 'puback'
    } & FaultTarget)
  /**
   * The hub closes a connection when a telemetry message arrives. With `before-storing`, the
   * message is lost. With `after-storing`, a client that sends it again creates a duplicate.
   */
  | ({
      readonly fault: 'close'
      readonly operation: 'before-storing' | 'after-storing'
    } & FaultTarget)
  /**
   * The hub makes connections half-open: it reads from them and sends nothing, not even a close.
   * They break when the fault is removed.
   */
  | ({ readonly fault: 'silence' } & Omit<FaultTarget, 'probability'>)
  /** The hub breaks connections, once and now, without the closing messages of any protocol. */
  | ({ readonly fault: 'kick' } & Omit<FaultTarget, 'times' | 'probability'>)
  /**
   * The hub treats the tokens of connected devices as expired from now on. Their connections live
   * for the grace period. A CONNECT with the same token is refused; another token works.
   */
  | ({ readonly fault: 'expire' } & Omit<FaultTarget, 'times' | 'probability'>)

/** A free-form response to requests, which the hub does not carry out. */
export interface AnswerSpec extends FaultTarget {
  /** @default all three kinds */
  readonly operation?: RequestKind
  readonly status: number
  /** @default the hub's own error body for the status */
  readonly body?: string
}

/** The names of the faults, in the order of lists. */
export const FAULT_NAMES = [
  'throttle',
  'refuse',
  'lose',
  'duplicate',
  'delay',
  'close',
  'silence',
  'kick',
  'expire',
] as const

const name = v.pipe(v.string(), v.nonEmpty('must not be empty'))
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000_000))
const status = v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599))
const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 31 - 1))
const identity = { device: v.optional(name), module: v.optional(name) }
const share = v.pipe(v.number(), v.gtValue(0), v.maxValue(1))
const target = { ...identity, times: v.optional(count), probability: v.optional(share) }
const REQUESTS = ['get', 'patch', 'rest'] as const
const OUTGOING = [...REQUESTS, 'notification'] as const

const specSchema = v.variant('fault', [
  v.strictObject({
    fault: v.literal('throttle'),
    operation: v.optional(v.picklist(REQUESTS)),
    rate: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1_000_000))),
    ...target,
  }),
  v.strictObject({
    fault: v.literal('refuse'),
    operation: v.optional(v.picklist(['connect', 'early-packet', 'upgrade', ...REQUESTS])),
    code: v.optional(v.picklist([2, 3, 4, 5])),
    status: v.optional(status),
    ...target,
  }),
  v.strictObject({
    fault: v.literal('lose'),
    operation: v.optional(v.picklist([...OUTGOING, 'early-get', 'puback'])),
    ...target,
  }),
  v.strictObject({
    fault: v.literal('duplicate'),
    operation: v.optional(v.picklist(['notification', 'answer', 'get', 'patch'])),
    ...target,
  }),
  v.strictObject({
    fault: v.literal('delay'),
    milliseconds,
    operation: v.optional(v.picklist([...OUTGOING, 'puback'])),
    ...target,
  }),
  v.strictObject({
    fault: v.literal('close'),
    operation: v.picklist(['before-storing', 'after-storing']),
    ...target,
  }),
  v.strictObject({ fault: v.literal('silence'), ...identity, times: v.optional(count) }),
  v.strictObject({ fault: v.literal('kick'), ...identity }),
  v.strictObject({ fault: v.literal('expire'), ...identity }),
])

/**
 * Checks a fault spec from outside.
 *
 * @throws Refusal ArgumentInvalid, with the path of the problem
 */
export function parseFaultSpec(value: unknown): FaultSpec {
  const result = v.safeParse(specSchema, value)
  if (!result.success) throw invalid(explain(result.issues))
  const spec = result.output
  if (spec.module !== undefined && spec.device === undefined) throw invalid('module: needs a device')
  if (spec.fault === 'refuse') {
    if (spec.operation === 'early-packet' && (spec.code ?? spec.status) !== undefined) {
      const given = spec.code === undefined ? 'status' : 'code'
      throw invalid(`${given}: the hub does not answer an early packet; it closes the connection`)
    }
    const isConnect = spec.operation === undefined || spec.operation === 'connect'
    if (isConnect && spec.status !== undefined) throw invalid('status: the hub refuses a CONNECT with a code')
    if (!isConnect && spec.code !== undefined) {
      throw invalid(`code: the hub refuses an operation "${spec.operation}" with a status`)
    }
  }
  const operation = 'operation' in spec ? spec.operation : undefined
  if (spec.device !== undefined && (operation === 'rest' || operation === 'upgrade')) {
    throw invalid(`device: not possible with the operation "${operation}", which names no device`)
  }
  return spec as FaultSpec
}

function invalid(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
