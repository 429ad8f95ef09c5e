import * as v from 'valibot'
import { explain } from '../errors/explain-issue.ts'
import type { Operation } from './fault.ts'
import { Refusal } from '../errors/refusal.ts'

/** Whom a named fault strikes, and how often. */
export interface FaultTarget {
  /** Without it everyone. */
  readonly device?: string
  /** Of the device. Without it the device itself. */
  readonly module?: string
  /** After so many strikes the fault is over. Without it when it is taken back. */
  readonly times?: number
}

/** A fault by the name that the library, the command line and HTTP have for it. */
export type FaultSpec =
  /** Requests are answered with 429; with a rate only those above so many a second. */
  | ({ readonly fault: 'throttle'; readonly operation?: Operation; readonly rate?: number } & FaultTarget)
  /** CONNECTs are refused with a code (5), upgrades and requests with a status (503), a packet before CONNACK by closing the connection. */
  | ({
      readonly fault: 'refuse'
      /** @default 'connect' */
      readonly operation?: 'connect' | 'early-packet' | 'upgrade' | Operation
      readonly code?: 2 | 3 | 4 | 5
      readonly status?: number
    } & FaultTarget)
  /**
   * Answers, or notifications, are never sent; the request is carried out. Without an operation: the answers to all. An `early-get` is a GET
   * that a device sends before it has the SUBACK.
   */
  | ({ readonly fault: 'lose'; readonly operation?: Operation | 'notification' | 'early-get' } & FaultTarget)
  /** Notifications, or the answers to one kind of request or to both, come twice. */
  | ({
      readonly fault: 'duplicate'
      /** @default 'notification' */
      readonly operation?: 'notification' | 'answer' | 'get' | 'patch'
    } & FaultTarget)
  /** Answers, or notifications, are held back. Without an operation: the answers to all. */
  | ({
      readonly fault: 'delay'
      readonly milliseconds: number
      readonly operation?: Operation | 'notification'
    } & FaultTarget)
  /** Connections stay open and nothing comes over them, until the fault is taken back: then they break. */
  | ({ readonly fault: 'silence' } & FaultTarget)
  /** Breaks connections, now. */
  | ({ readonly fault: 'kick' } & Omit<FaultTarget, 'times'>)
  /** The tokens of who is connected count as expired from now on; a device with another token is welcome. */
  | ({ readonly fault: 'expire' } & Omit<FaultTarget, 'times'>)

/** The names of the faults, in the order in which they are told. */
export const faultNames = ['throttle', 'refuse', 'lose', 'duplicate', 'delay', 'silence', 'kick', 'expire'] as const

const name = v.pipe(v.string(), v.nonEmpty())
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000_000))
const status = v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599))
const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 31 - 1))
const whom = { device: v.optional(name), module: v.optional(name) }
const target = { ...whom, times: v.optional(count) }
const requests = ['get', 'patch', 'rest'] as const
const told = [...requests, 'notification'] as const

const wishSchema = v.variant('fault', [
  v.strictObject({
    fault: v.literal('throttle'),
    operation: v.optional(v.picklist(requests)),
    rate: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1_000_000))),
    ...target,
  }),
  v.strictObject({
    fault: v.literal('refuse'),
    operation: v.optional(v.picklist(['connect', 'early-packet', 'upgrade', ...requests])),
    code: v.optional(v.picklist([2, 3, 4, 5])),
    status: v.optional(status),
    ...target,
  }),
  v.strictObject({ fault: v.literal('lose'), operation: v.optional(v.picklist([...told, 'early-get'])), ...target }),
  v.strictObject({
    fault: v.literal('duplicate'),
    operation: v.optional(v.picklist(['notification', 'answer', 'get', 'patch'])),
    ...target,
  }),
  v.strictObject({ fault: v.literal('delay'), milliseconds, operation: v.optional(v.picklist(told)), ...target }),
  v.strictObject({ fault: v.literal('silence'), ...target }),
  v.strictObject({ fault: v.literal('kick'), ...whom }),
  v.strictObject({ fault: v.literal('expire'), ...whom }),
])

/** Reads a wish that comes from outside. @throws Refusal ArgumentInvalid, with the place */
export function parseFaultSpec(value: unknown): FaultSpec {
  const result = v.safeParse(wishSchema, value)
  if (!result.success) throw refused(explain(result.issues))
  const wish = result.output
  if (wish.module !== undefined && wish.device === undefined) throw refused('module: needs the device that it is of')
  if (wish.fault === 'refuse') {
    if (wish.operation === 'early-packet' && (wish.code ?? wish.status) !== undefined) {
      throw refused(
        `${wish.code === undefined ? 'status' : 'code'}: an early packet gets no answer, its connection is closed`,
      )
    }
    const isConnect = wish.operation === undefined || wish.operation === 'connect'
    if (isConnect && wish.status !== undefined) throw refused('status: a CONNECT is refused with a code')
    if (!isConnect && wish.code !== undefined) throw refused(`code: a ${wish.operation} is refused with a status`)
  }
  const operation = 'operation' in wish ? wish.operation : undefined
  if (wish.device !== undefined && (operation === 'rest' || operation === 'upgrade')) {
    throw refused(`device: who asks is not known of a ${operation}, so it cannot be about one device`)
  }
  return wish as FaultSpec
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
