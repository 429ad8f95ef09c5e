import { describe, expect, test } from 'vitest'
import { parseFaultText } from '../../../../emulator/src/faults/fault-text.ts'
import { refusalOf } from '../../../support/refusal.ts'
import { FAULT_NAMES } from '../../../../emulator/src/faults/fault-spec.ts'

function messageOf(wrong: () => unknown): string {
  try {
    wrong()
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing is wrong'
}

describe('parseFaultText()', () => {
  test('reads a name with fields the same way as JSON', () => {
    const spec = { fault: 'throttle', operation: 'patch', device: 'device1', rate: 50, times: 3 }
    expect(parseFaultText('throttle:operation=patch,device=device1,rate=50,times=3')).toEqual(spec)
    expect(parseFaultText(JSON.stringify(spec))).toEqual(spec)
    expect(parseFaultText('kick')).toEqual({ fault: 'kick' })
    expect(parseFaultText('kick:device=a=b:c')).toEqual({ fault: 'kick', device: 'a=b:c' })
  })

  test('accepts every name', () => {
    const needed: Readonly<Record<string, string>> = { delay: ':milliseconds=1', close: ':operation=after-storing' }
    for (const name of FAULT_NAMES) expect(parseFaultText(`${name}${needed[name] ?? ''}`).fault).toBe(name)
  })

  test.each([
    ['throttle:operation=get,device=d,rate=0.5', { fault: 'throttle', operation: 'get', device: 'd', rate: 0.5 }],
    ['throttle:operation=rest', { fault: 'throttle', operation: 'rest' }],
    ['throttle:rate=1000000', { fault: 'throttle', rate: 1_000_000 }],
    ['refuse:operation=connect,code=2', { fault: 'refuse', operation: 'connect', code: 2 }],
    ['refuse:code=5', { fault: 'refuse', code: 5 }],
    ['refuse:operation=early-packet', { fault: 'refuse', operation: 'early-packet' }],
    ['refuse:operation=upgrade,status=400', { fault: 'refuse', operation: 'upgrade', status: 400 }],
    ['refuse:operation=patch,status=599', { fault: 'refuse', operation: 'patch', status: 599 }],
    ['refuse:operation=rest', { fault: 'refuse', operation: 'rest' }],
    ['refuse:code=3', { fault: 'refuse', code: 3 }],
    ['refuse:code=4', { fault: 'refuse', code: 4 }],
    ['lose:operation=early-get', { fault: 'lose', operation: 'early-get' }],
    ['lose:operation=notification', { fault: 'lose', operation: 'notification' }],
    ['lose:operation=puback,probability=1', { fault: 'lose', operation: 'puback', probability: 1 }],
    ['lose:times=1000000000', { fault: 'lose', times: 1_000_000_000 }],
    ['lose:device=1,module=2', { fault: 'lose', device: '1', module: '2' }],
    ['duplicate:operation=notification', { fault: 'duplicate', operation: 'notification' }],
    ['duplicate:operation=answer', { fault: 'duplicate', operation: 'answer' }],
    ['duplicate:operation=get', { fault: 'duplicate', operation: 'get' }],
    ['duplicate:operation=patch', { fault: 'duplicate', operation: 'patch' }],
    ['delay:milliseconds=2147483647', { fault: 'delay', milliseconds: 2_147_483_647 }],
    ['delay:milliseconds=1,operation=puback', { fault: 'delay', milliseconds: 1, operation: 'puback' }],
    ['delay:milliseconds=1,operation=notification', { fault: 'delay', milliseconds: 1, operation: 'notification' }],
    ['close:operation=before-storing', { fault: 'close', operation: 'before-storing' }],
    ['silence:device=d,times=1', { fault: 'silence', device: 'd', times: 1 }],
    ['expire:device=d,module=m', { fault: 'expire', device: 'd', module: 'm' }],
    ['kick:,,device=d,', { fault: 'kick', device: 'd' }],
    [' \n {"fault":"kick"}', { fault: 'kick' }],
  ])('reads %s', (text, spec) => {
    expect(parseFaultText(text)).toStrictEqual(spec)
  })

  test.each([
    ['kick:device=', 'ArgumentInvalid: device: must not be empty'],
    [
      'delay:milliseconds=2147483648',
      'ArgumentInvalid: milliseconds: expected at most 2147483647 but received 2147483648',
    ],
    ['delay:milliseconds=-1', 'ArgumentInvalid: milliseconds: expected at least 1 but received -1'],
    ['delay:milliseconds=1x', 'ArgumentInvalid: milliseconds: expected a number but received "1x"'],
    ['delay:milliseconds=x1', 'ArgumentInvalid: milliseconds: expected a number but received "x1"'],
    ['delay:milliseconds=1.x', 'ArgumentInvalid: milliseconds: expected a number but received "1.x"'],
    ['delay:milliseconds=1.25', 'ArgumentInvalid: milliseconds: expected a whole number but received 1.25'],
    ['refuse:operation=connect,status=503', 'ArgumentInvalid: status: the hub refuses a CONNECT with a code'],
    [
      'refuse:operation=early-packet,code=5',
      'ArgumentInvalid: code: the hub does not answer an early packet; it closes the connection',
    ],
    ['refuse:operation=upgrade,code=5', 'ArgumentInvalid: code: the hub refuses an operation "upgrade" with a status'],
    [
      'refuse:operation=upgrade,device=d',
      'ArgumentInvalid: device: not possible with the operation "upgrade", which names no device',
    ],
    ['{', 'ArgumentInvalid: { is not JSON'],
  ])('refuses %s: %s', (text, message) => {
    expect(refusalOf(() => parseFaultText(text))).toBe(message)
  })

  test.each([
    ['close', /^operation: /],
    ['close:operation=puback', /^operation: /],
    ['lose:operation=puback,probability=0', /^probability: /],
    ['lose:probability=1.5', /^probability: /],
    ['kick:probability=0.5', /^probability: /],
    ['silence:probability=0.5', /^probability: /],
    ['explode', /^fault: expected throttle, refuse, .*, or expire but received "explode"$/],
    ['', /^fault: /],
    ['lose:times=0', /^times: /],
    ['lose:times=1.5', /^times: /],
    ['lose:times', /^times: /],
    ['lose:tmes=1', /^tmes: is not known here$/],
    ['lose:operation=connect', /^operation: expected /],
    ['delay', /^milliseconds: is missing$/],
    ['delay:milliseconds=soon', /^milliseconds: expected a number but received "soon"$/],
    ['refuse:code=1', /^code: /],
    ['refuse:status=503', /^status: the hub refuses a CONNECT with a code$/],
    ['refuse:operation=rest,code=5', /^code: the hub refuses an operation "rest" with a status$/],
    ['refuse:operation=rest,status=200', /^status: /],
    ['refuse:operation=early-packet,code=5', /^code: the hub does not answer an early packet/],
    ['refuse:operation=early-packet,status=503', /^status: the hub does not answer an early packet/],
    ['delay:milliseconds=1,operation=early-get', /^operation: expected /],
    ['throttle:operation=rest,device=d', /^device: not possible with the operation "rest"/],
    ['throttle:rate=0', /^rate: /],
    ['kick:module=m', /^module: needs a device$/],
    ['kick:times=1', /^times: is not known here$/],
    ['{"fault":', /is not JSON$/],
    ['{"fault":"kick","__proto__":1}', /is not known here$/],
  ])('rejects %s with the path of the problem', (text, message) => {
    expect(messageOf(() => parseFaultText(text))).toMatch(message)
  })
})
