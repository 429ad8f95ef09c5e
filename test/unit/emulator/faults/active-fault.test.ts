import { describe, expect, test } from 'vitest'
import {
  type ActiveFault,
  type ActiveSpec,
  type Operation,
  isApplicable,
  decideInjection,
} from '../../../../emulator/src/faults/active-fault.ts'

const OPERATIONS: readonly Operation[] = [
  'connect',
  'early-packet',
  'upgrade',
  'get',
  'early-get',
  'patch',
  'rest',
  'notification',
]

function active(spec: ActiveSpec): ActiveFault {
  return { id: 1, spec, injected: 0, paidUntil: 0 }
}

function affected(spec: ActiveSpec): readonly Operation[] {
  return OPERATIONS.filter((operation) => isApplicable(active(spec), spec.fault, { operation }))
}

describe('isApplicable()', () => {
  test.each<[ActiveSpec, readonly Operation[]]>([
    [{ fault: 'throttle' }, ['get', 'patch', 'rest']],
    [{ fault: 'throttle', operation: 'rest' }, ['rest']],
    [{ fault: 'refuse' }, ['connect']],
    [{ fault: 'refuse', operation: 'early-packet' }, ['early-packet']],
    [{ fault: 'refuse', operation: 'upgrade' }, ['upgrade']],
    [{ fault: 'refuse', operation: 'get' }, ['get']],
    [{ fault: 'lose' }, ['get', 'patch', 'rest']],
    [{ fault: 'lose', operation: 'notification' }, ['notification']],
    [{ fault: 'lose', operation: 'early-get' }, ['early-get']],
    [{ fault: 'duplicate' }, ['notification']],
    [{ fault: 'duplicate', operation: 'answer' }, ['get', 'patch']],
    [{ fault: 'duplicate', operation: 'patch' }, ['patch']],
    [{ fault: 'delay', milliseconds: 1 }, ['get', 'patch', 'rest']],
    [{ fault: 'delay', milliseconds: 1, operation: 'notification' }, ['notification']],
    [{ fault: 'answer', status: 200 }, ['get', 'patch', 'rest']],
    [{ fault: 'answer', status: 200, operation: 'get' }, ['get']],
    [{ fault: 'silence' }, []],
  ])('%j affects %j', (spec, expected) => {
    expect(affected(spec)).toEqual(expected)
  })

  test('a fault of a device does not affect its modules or other devices', () => {
    const fault = active({ fault: 'silence', device: 'a' })
    const applies = (deviceId: string, moduleId?: string): boolean =>
      isApplicable(fault, 'silence', { identity: { deviceId, ...(moduleId !== undefined && { moduleId }) } })
    expect([applies('a'), applies('a', 'm'), applies('b')]).toEqual([true, false, false])
    expect(isApplicable(fault, 'silence', {})).toBe(false)
    expect(isApplicable(fault, 'lose', { identity: { deviceId: 'a' } })).toBe(false)
  })
})

describe('decideInjection()', () => {
  test('injects a fault as often as the spec says', () => {
    let fault = active({ fault: 'lose', times: 2 })
    const injects = [1, 2, 3].map(() => {
      const result = decideInjection(fault, 'lose', { operation: 'get' }, { now: 0, random: 0 })
      fault = result.active
      return result.injects
    })
    expect(injects).toEqual([true, true, false])
    expect(fault.injected).toBe(2)
  })

  test('injects a fault on a share of the occasions, and does not count the others', () => {
    let fault = active({ fault: 'lose', operation: 'puback', probability: 0.25, times: 2 })
    const injects = [0.25, 0.24, 0.99, 0, 0].map((random) => {
      const result = decideInjection(fault, 'lose', { operation: 'puback' }, { now: 0, random })
      fault = result.active
      return result.injects
    })
    expect(injects).toEqual([false, true, false, true, false])
  })

  test('throttles only above the rate', () => {
    let fault = active({ fault: 'throttle', rate: 1 })
    const injects = [0, 0, 1000, 1000].map((now) => {
      const result = decideInjection(fault, 'throttle', { operation: 'get' }, { now: 1_000_000 + now, random: 0 })
      fault = result.active
      return result.injects
    })
    expect(injects).toEqual([false, true, false, true])
  })
})
