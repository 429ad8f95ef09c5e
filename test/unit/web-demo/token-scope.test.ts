import { keyCredentials } from 'hubtwin'
import { describe, expect, test } from 'vitest'
import { readToken } from '../../../web-demo/src/simulator/connect/token-scope.ts'

const token = (sr: string): string => `SharedAccessSignature sr=${sr}&sig=a+b%2Fc%3D&se=1900000000`

describe('readToken()', () => {
  test('reads every field of a token', () => {
    expect(readToken(token('contoso.azure-devices.net%2Fdevices%2Fpump%2Fmodules%2Fvalve'))).toEqual({
      hostName: 'contoso.azure-devices.net',
      deviceId: 'pump',
      moduleId: 'valve',
      signature: 'a+b/c=',
      expiry: 1_900_000_000,
    })
  })

  test.each([
    ['an ID that is encoded once', 'h%2Fdevices%2Fn%40m', 'n@m'],
    ['an ID that is encoded twice, as in the .NET SDK', 'h%2Fdevices%2Fn%2540m.et%2523st', 'n@m.et#st'],
    ['an ID with a percent sign that looks like an escape', 'h%2Fdevices%2Fa%2541', 'a%41'],
    ['an ID with a lone percent sign', 'h%2Fdevices%2F100%25', '100%'],
    ['a scope that is not encoded', 'h/devices/pump', 'pump'],
  ])('reads %s', (_case, sr, deviceId) => {
    expect(readToken(token(sr))).toMatchObject({ hostName: 'h', deviceId })
  })

  test.each(['a%41', 'a%', "it's", 'a+b=c'])('reads the ID %s from a token that hubtwin makes', async (deviceId) => {
    const { password } = await keyCredentials({ hostName: 'localhost', deviceId }, 'bWFkZS11cA==').token()
    expect(readToken(password)).toMatchObject({ hostName: 'localhost', deviceId, moduleId: undefined })
  })

  test('finds no device in the token of a whole hub', () => {
    expect(readToken(token('h'))).toMatchObject({ hostName: 'h', deviceId: undefined, moduleId: undefined })
  })

  test('rejects a text that is not a token', () => {
    expect(readToken('sr=h&sig=x&se=1')).toBeUndefined()
  })
})
