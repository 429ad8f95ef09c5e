import { describe, expect, it } from 'vitest'
import { chooseEncoding as ofHub } from '../../../emulator/src/control/content-encoding.ts'
import { chooseEncoding as ofService } from '../../../service/src/runtime/content-encoding.ts'

describe('chooseEncoding()', () => {
  it.each([
    ['gzip, deflate, br', 'br'],
    ['BR;q=1.0, gzip;q=0.8', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br; q=0.000', undefined],
    ['deflate', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('the local hub and serve --static choose for %j the encoding %s', (accept, encoding) => {
    for (const choose of [ofHub, ofService]) expect(choose(accept, () => true)).toBe(encoding)
  })

  it('chooses only an encoding that the file has', () => {
    expect(ofHub('br, gzip', (encoding) => encoding === 'gzip')).toBe('gzip')
    expect(ofService('br, gzip', () => false)).toBeUndefined()
  })
})
