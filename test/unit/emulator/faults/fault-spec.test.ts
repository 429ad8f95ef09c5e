import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { orderOf, wishOf } from '../../../../emulator/src/faults/fault-order.ts'
import { parseFaultText } from '../../../../emulator/src/faults/fault-text.ts'
import type { FaultSpec } from '../../../../emulator/src/faults/fault-spec.ts'
import { faultNames, parseFaultSpec } from '../../../../emulator/src/faults/fault-spec.ts'

function messageOf(wrong: () => unknown): string {
  try {
    wrong()
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing is wrong'
}

const requests = ['get', 'patch'] as const
const target = {
  device: fc.constantFrom('device1', 'a:b;c'),
  module: fc.constantFrom('m'),
  times: fc.integer({ min: 1, max: 9 }),
}
/** Specs about one module, so that every field has something to say. */
const wishes: fc.Arbitrary<FaultSpec> = fc.oneof(
  fc.record({
    fault: fc.constant('throttle' as const),
    operation: fc.constantFrom(...requests),
    rate: fc.integer({ min: 1, max: 99 }),
    ...target,
  }),
  fc.record({
    fault: fc.constant('refuse' as const),
    operation: fc.constant('connect' as const),
    code: fc.constantFrom(2, 3, 4, 5),
    ...target,
  }),
  fc.record({
    fault: fc.constant('refuse' as const),
    operation: fc.constantFrom(...requests),
    status: fc.integer({ min: 400, max: 599 }),
    ...target,
  }),
  fc.record({
    fault: fc.constant('refuse' as const),
    operation: fc.constant('early-packet' as const),
    ...target,
  }),
  fc.record({
    fault: fc.constant('lose' as const),
    operation: fc.constantFrom(...requests, 'notification' as const, 'early-get' as const),
    ...target,
  }),
  fc.record({
    fault: fc.constant('duplicate' as const),
    operation: fc.constantFrom('notification' as const, 'answer' as const, ...requests),
    ...target,
  }),
  fc.record({
    fault: fc.constant('delay' as const),
    milliseconds: fc.integer({ min: 1, max: 9999 }),
    operation: fc.constantFrom(...requests, 'notification' as const),
    ...target,
  }),
  fc.record({ fault: fc.constant('silence' as const), ...target }),
)

describe('orderOf()', () => {
  test('comes to a fault of the library that comes to the same spec', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const order = orderOf(parseFaultSpec(wish))
        expect(order.type).toBe('set')
        if (order.type === 'set') expect(wishOf(order.fault, order.limit)).toEqual(wish)
      }),
    )
  })

  test('says what is to be done at once', () => {
    expect(orderOf({ fault: 'kick', device: 'd', module: 'm' })).toEqual({
      type: 'kick',
      identity: { deviceId: 'd', moduleId: 'm' },
    })
    expect(orderOf({ fault: 'expire' })).toEqual({ type: 'expire' })
  })
})

describe('parseFaultText()', () => {
  test('reads a name with arguments, and JSON, as the same', () => {
    const wish = { fault: 'throttle', operation: 'patch', device: 'device1', rate: 50, times: 3 }
    expect(parseFaultText('throttle:operation=patch,device=device1,rate=50,times=3')).toEqual(wish)
    expect(parseFaultText(JSON.stringify(wish))).toEqual(wish)
    expect(parseFaultText('kick')).toEqual({ fault: 'kick' })
    expect(parseFaultText('kick:device=a=b:c')).toEqual({ fault: 'kick', device: 'a=b:c' })
  })

  test('knows every name', () => {
    for (const name of faultNames) {
      const text = name === 'delay' ? 'delay:milliseconds=1' : name
      expect(parseFaultText(text).fault).toBe(name)
    }
  })

  test.each([
    ['explode', /^fault: expected .*"throttle".* but received "explode"$/],
    ['', /^fault: /],
    ['lose:times=0', /^times: /],
    ['lose:times=1.5', /^times: /],
    ['lose:times', /^times: /],
    ['lose:tmes=1', /^tmes: is not known here$/],
    ['lose:operation=connect', /^operation: expected /],
    ['delay', /^milliseconds: is missing$/],
    ['delay:milliseconds=soon', /^milliseconds: expected number but received "soon"$/],
    ['refuse:code=1', /^code: /],
    ['refuse:status=503', /^status: a CONNECT is refused with a code$/],
    ['refuse:operation=rest,code=5', /^code: a rest is refused with a status$/],
    ['refuse:operation=rest,status=200', /^status: /],
    ['refuse:operation=early-packet,code=5', /^code: an early packet gets no answer/],
    ['refuse:operation=early-packet,status=503', /^status: an early packet gets no answer/],
    ['delay:milliseconds=1,operation=early-get', /^operation: expected /],
    ['throttle:operation=rest,device=d', /^device: who asks is not known of a rest/],
    ['throttle:rate=0', /^rate: /],
    ['kick:module=m', /^module: needs the device/],
    ['kick:times=1', /^times: is not known here$/],
    ['{"fault":', /no JSON$/],
    ['{"fault":"kick","__proto__":1}', /is not known here$/],
  ])('refuses %s with the place', (text, message) => {
    expect(messageOf(() => parseFaultText(text))).toMatch(message)
  })
})
