import { describe, expect, test } from 'vitest'
import { nameConstraints, permits } from '../../../../emulator/src/tls/name-constraints.ts'

const hex = (names: readonly string[]): string => nameConstraints(names).toString('hex')

describe('nameConstraints()', () => {
  // RFC 5280 §4.2.1.10: SEQUENCE { [0] { SEQUENCE { [2] DNS name | [7] address and mask } … } }
  test.each([
    [['Ab'], '3008 a006 3004 8202 6162'],
    [['a', 'b'], '300c a00a 3003 820161 3003 820162'],
    [['127.0.0.1'], '300e a00c 300a 8708 7f000001 ffffffff'],
    [['::1'], `3026 a024 3022 8720 ${'00'.repeat(15)} 01 ${'ff'.repeat(16)}`],
    [['2001:db8::ff:1'], `3026 a024 3022 8720 20010db8 ${'00'.repeat(8)} 00ff0001 ${'ff'.repeat(16)}`],
    [['1:2:3:4:5:6:7:8'], `3026 a024 3022 8720 0001 0002 0003 0004 0005 0006 0007 0008 ${'ff'.repeat(16)}`],
    [['::ffff:127.0.0.1'], `3026 a024 3022 8720 ${'00'.repeat(10)} ffff 7f000001 ${'ff'.repeat(16)}`],
    [['fe80::'], `3026 a024 3022 8720 fe80 ${'00'.repeat(14)} ${'ff'.repeat(16)}`],
  ])('of %j is DER', (names, der) => {
    expect(hex(names)).toBe(der.replaceAll(' ', ''))
  })

  test.each([
    [121, '307f a07d 307b 8279'],
    [122, '308180 a07e 307c 827a'],
    [127, '308187 a08184 308181 827f'],
    [128, '308189 a08186 308183 828180'],
    [255, '3082010a a0820106 30820102 8281ff'],
    [256, '3082010c a0820108 30820104 82820100'],
  ])('writes the lengths of a name with %d characters in as few bytes as possible', (length, der) => {
    expect(hex(['x'.repeat(length)]).replace(/(?:78)+$/, '')).toBe(der.replaceAll(' ', ''))
  })

  test('has room for many names', () => {
    expect(hex(Array.from({ length: 60 }, () => 'x')).slice(0, 16)).toBe('30820130a082012c')
  })
})

describe('permits()', () => {
  const value = nameConstraints(['hub.test', '127.0.0.1', '::1'])
  const id = Buffer.from('0603551d1e', 'hex')
  const certificate = Buffer.concat([Buffer.from('hub.test'), id, value])

  test('is true for names that the CA may sign', () => {
    expect(permits(certificate, ['HUB.test', '::1'])).toBe(true)
    expect(permits(certificate, [])).toBe(true)
  })

  test('is false for any other name', () => {
    expect(permits(certificate, ['hub.test', 'other.test'])).toBe(false)
    expect(permits(certificate, ['127.0.0.2'])).toBe(false)
    expect(permits(certificate, ['test'])).toBe(false)
  })

  test('is false for a CA without constraints, and for a name before them', () => {
    expect(permits(value, [])).toBe(false)
    expect(permits(Buffer.concat([value, id]), ['hub.test'])).toBe(false)
  })
})
