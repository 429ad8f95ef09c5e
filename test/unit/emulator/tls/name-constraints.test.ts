import { describe, expect, test } from 'vitest'
import { nameConstraints, NAME_CONSTRAINTS_ID, permits } from '../../../../emulator/src/tls/name-constraints.ts'

const hex = (names: readonly string[]): string => Buffer.from(nameConstraints(names).value).toString('hex')

describe('nameConstraints()', () => {
  test('is critical', () => {
    const { type, critical } = nameConstraints(['a'])
    expect([type, critical, NAME_CONSTRAINTS_ID]).toEqual(['2.5.29.30', true, '2.5.29.30'])
  })

  // RFC 5280 §4.2.1.10: SEQUENCE { [0] { SEQUENCE { [2] DNS name | [7] address and mask } … } }
  test.each([
    [['Ab'], '3008a0063004' + '82026162'],
    [['a', 'b'], '300ca00a' + '3003820161' + '3003820162'],
    [['127.0.0.1'], '300ea00c300a' + '87087f000001ffffffff'],
    [['::1'], '3026a0243022' + '8720' + '00'.repeat(15) + '01' + 'ff'.repeat(16)],
    [['2001:db8::ff:1'], '3026a0243022' + '8720' + '20010db8' + '00'.repeat(8) + '00ff0001' + 'ff'.repeat(16)],
    [['1:2:3:4:5:6:7:8'], '3026a0243022' + '8720' + '00010002000300040005000600070008' + 'ff'.repeat(16)],
    [['::ffff:127.0.0.1'], '3026a0243022' + '8720' + '00'.repeat(10) + 'ffff7f000001' + 'ff'.repeat(16)],
    [['fe80::'], '3026a0243022' + '8720' + 'fe80' + '00'.repeat(14) + 'ff'.repeat(16)],
  ])('of %j is DER', (names, der) => {
    expect(hex(names)).toBe(der)
  })

  test('writes a length in one, two, or three bytes', () => {
    const der = (length: number): string => hex(['x'.repeat(length)]).replace(/(?:78)+$/, '')
    expect(der(121)).toBe('307fa07d307b' + '8279')
    expect(der(122)).toBe('308180a07e307c' + '827a')
    expect(der(127)).toBe('308187a08184308181' + '827f')
    expect(der(128)).toBe('308189a08186308183' + '828180')
    expect(der(255)).toBe('3082010aa0820106' + '30820102' + '8281ff')
    expect(der(256)).toBe('3082010ca0820108' + '30820104' + '82820100')
    expect(hex(Array.from({ length: 60 }, () => 'x')).slice(0, 16)).toBe('30820130a082012c')
  })
})

describe('permits()', () => {
  const { value } = nameConstraints(['hub.test', '127.0.0.1', '::1'])

  test('is true for names that the CA may sign', () => {
    expect(permits(value, ['HUB.test', '::1'])).toBe(true)
    expect(permits(value, [])).toBe(true)
  })

  test('is false for any other name, and for a CA without constraints', () => {
    expect(permits(value, ['hub.test', 'other.test'])).toBe(false)
    expect(permits(value, ['127.0.0.2'])).toBe(false)
    expect(permits(value, ['test'])).toBe(false)
    expect(permits(undefined, [])).toBe(false)
  })
})
