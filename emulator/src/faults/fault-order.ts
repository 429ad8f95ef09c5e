import type { Fault, FaultLimit, Operation } from './fault.ts'
import type { FaultSpec } from './fault-spec.ts'
import type { Identity } from '../identity/identity-id.ts'
import { identityOf } from '../identity/identity-id.ts'

/** What is to be done for a wish. */
export type FaultOrder =
  | { readonly type: 'set'; readonly fault: Fault; readonly limit: FaultLimit }
  | { readonly type: 'kick' | 'expire'; readonly identity?: Identity }

/** What a wish comes to: one of the library's faults, or something to do at once. */
export function orderOf(wish: FaultSpec): FaultOrder {
  const { fault, device, module } = wish
  const identity = device === undefined ? undefined : identityOf(device, module)
  if (fault === 'kick' || fault === 'expire') return { type: fault, ...(identity && { identity }) }
  const limit = { ...identity, ...(wish.times !== undefined && { times: wish.times }) }
  return { type: 'set', fault: faultOf(wish), limit }
}

function faultOf(wish: Exclude<FaultSpec, { fault: 'kick' | 'expire' }>): Fault {
  switch (wish.fault) {
    case 'throttle':
      return {
        type: 'throttle',
        ...about(wish.operation),
        ...(wish.rate !== undefined && { ratePerSecond: wish.rate }),
      }
    case 'refuse': {
      const { operation = 'connect', status: answered = 503, code } = wish
      if (operation === 'connect') return { type: 'refuse-connect', ...(code !== undefined && { code }) }
      if (operation === 'upgrade') return { type: 'refuse-upgrade', status: answered }
      if (operation === 'early-packet') return { type: 'refuse-early-packet' }
      return { type: 'answer', status: answered, operation }
    }
    case 'lose':
      if (wish.operation === 'notification') return { type: 'lose-notification' }
      if (wish.operation === 'early-get') return { type: 'lose-early-get' }
      return { type: 'lose-answer', ...about(wish.operation) }
    case 'duplicate': {
      const { operation = 'notification' } = wish
      if (operation === 'notification') return { type: 'duplicate-notification' }
      return operation === 'answer' ? { type: 'duplicate-answer' } : { type: 'duplicate-answer', operation }
    }
    case 'delay': {
      const delayInMs = wish.milliseconds
      if (wish.operation === 'notification') return { type: 'delay-notification', delayInMs }
      return { type: 'delay-answer', delayInMs, ...about(wish.operation) }
    }
    case 'silence':
      return { type: 'silence' }
  }
}

/** The wish that comes to a fault of the library: the names for whoever lists what is set. The body of an answer has none. */
export function wishOf(fault: Fault, { deviceId, moduleId, times }: FaultLimit): FaultSpec {
  const whose = {
    ...(deviceId !== undefined && { device: deviceId }),
    ...(moduleId !== undefined && { module: moduleId }),
    ...(times !== undefined && { times }),
  }
  switch (fault.type) {
    case 'throttle': {
      const { operation, ratePerSecond: rate } = fault
      return { fault: 'throttle', ...about(operation), ...(rate !== undefined && { rate }), ...whose }
    }
    case 'refuse-connect':
      return { fault: 'refuse', operation: 'connect', code: fault.code ?? 5, ...whose }
    case 'refuse-upgrade':
      return { fault: 'refuse', operation: 'upgrade', status: fault.status, ...whose }
    case 'refuse-early-packet':
      return { fault: 'refuse', operation: 'early-packet', ...whose }
    case 'lose-early-get':
      return { fault: 'lose', operation: 'early-get', ...whose }
    case 'answer':
      return { fault: 'refuse', ...about(fault.operation), status: fault.status, ...whose }
    case 'lose-answer':
      return { fault: 'lose', ...about(fault.operation), ...whose }
    case 'lose-notification':
      return { fault: 'lose', operation: 'notification', ...whose }
    case 'duplicate-notification':
      return { fault: 'duplicate', operation: 'notification', ...whose }
    case 'duplicate-answer':
      return { fault: 'duplicate', operation: fault.operation ?? 'answer', ...whose }
    case 'delay-answer':
      return { fault: 'delay', milliseconds: fault.delayInMs, ...about(fault.operation), ...whose }
    case 'delay-notification':
      return { fault: 'delay', milliseconds: fault.delayInMs, operation: 'notification', ...whose }
    case 'silence':
      return { fault: 'silence', ...whose }
  }
}

function about(operation: Operation | undefined): { readonly operation?: Operation } {
  return operation === undefined ? {} : { operation }
}
