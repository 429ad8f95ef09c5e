import type { Identity } from '../identity/identity-id.ts'
import { spend } from '../throttling/rate.ts'
import type { AnswerSpec, FaultSpec, RequestKind } from './fault-spec.ts'

/** A fault that stays set. (`kick` and `expire` act once, immediately.) */
export type ActiveSpec = Exclude<FaultSpec, { fault: 'kick' | 'expire' }> | ({ readonly fault: 'answer' } & AnswerSpec)

/** A fault that is set, and its history. */
export interface ActiveFault {
  readonly id: number
  readonly spec: ActiveSpec
  readonly injected: number
  /** State of the token bucket of a throttle with a rate. */
  readonly paidUntil: number
}

/** The moments of a QoS 1 message from a device. */
export type PacketMoment = 'before-storing' | 'after-storing' | 'puback'

/** Everything that a fault can affect, apart from whole connections. */
export type Operation =
  | RequestKind
  | 'connect'
  | 'early-packet'
  | 'upgrade'
  | 'early-get'
  | 'notification'
  | PacketMoment

/** A moment at which the hub can inject a fault. Upgrades and REST requests have no identity. */
export interface Occasion {
  readonly identity?: Identity | undefined
  readonly operation?: Operation
}

/** The time and a random number, which the caller passes in. */
export interface Chance {
  /** Milliseconds since 1970. */
  readonly now: number
  /** From 0 to below 1. */
  readonly random: number
}

/** Decides whether the hub injects a fault now. @returns the decision, and the fault afterwards */
export function decideInjection(
  active: ActiveFault,
  fault: ActiveSpec['fault'],
  occasion: Occasion,
  { now, random }: Chance,
): { readonly injects: boolean; readonly active: ActiveFault } {
  if (!isApplicable(active, fault, occasion)) return { injects: false, active }
  const { spec } = active
  if ('probability' in spec && random >= (spec.probability ?? 1)) return { injects: false, active }
  if (spec.fault === 'throttle' && spec.rate !== undefined) {
    const rate = { amount: spec.rate, inSeconds: 1 }
    const spending = spend(active.paidUntil, rate, { cost: 1, now, longestWaitInMs: 0 })
    if (spending.type === 'admitted') return { injects: false, active: { ...active, paidUntil: spending.paidUntil } }
  }
  return { injects: true, active: { ...active, injected: active.injected + 1 } }
}

/** Whether a fault affects an occasion and is not over. */
export function isApplicable(active: ActiveFault, fault: ActiveSpec['fault'], occasion: Occasion): boolean {
  const { spec } = active
  if (spec.fault !== fault || isOver(active)) return false
  if (occasion.operation !== undefined && !operationsOf(spec).includes(occasion.operation)) return false
  if (spec.device === undefined) return true
  return occasion.identity?.deviceId === spec.device && occasion.identity.moduleId === spec.module
}

/** Whether the hub has injected a fault as often as its spec allows. */
export function isOver({ spec, injected }: ActiveFault): boolean {
  return injected >= (spec.times ?? Infinity)
}

const REQUESTS: readonly RequestKind[] = ['get', 'patch', 'rest']

function operationsOf(spec: ActiveSpec): readonly Operation[] {
  switch (spec.fault) {
    case 'refuse':
      return [spec.operation ?? 'connect']
    case 'duplicate':
      return spec.operation === 'answer' ? ['get', 'patch'] : [spec.operation ?? 'notification']
    case 'silence':
      return []
    case 'close':
    case 'throttle':
    case 'lose':
    case 'delay':
    case 'answer':
      return spec.operation === undefined ? REQUESTS : [spec.operation]
  }
}
