import { describe, expect, test } from 'vitest'
import { parseFaultText } from '../../../../emulator/src/faults/fault-text.ts'
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
    ['close', /^operation: /],
    ['close:operation=puback', /^operation: /],
    ['lose:operation=puback,probability=0', /^probability: /],
    ['lose:probability=1.5', /^probability: /],
    ['kick:probability=0.5', /^probability: /],
    ['silence:probability=0.5', /^probability: /],
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
