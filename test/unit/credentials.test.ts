import { describe, expect, test, vi } from 'vitest'
import { cacheTokens } from '../../core/src/credentials/cached.ts'
import { checkRuntime } from '../../core/src/credentials/check-runtime.ts'
import type { AccessToken } from '../../core/src/credentials/credentials.ts'
import { keyCredentials } from '../../core/src/credentials/key.ts'
import { tokenCredentials } from '../../core/src/credentials/token.ts'

const IDENTITY = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }
const KEY = 'bWFkZS11cA=='

describe('keyCredentials()', () => {
  test.each<[unknown, object, Error]>([
    ['no base64!', {}, new TypeError('sharedAccessKey is not base64')],
    [7, {}, new TypeError('sharedAccessKey is not base64')],
    [undefined, {}, new TypeError('sharedAccessKey is not base64')],
    [['bWFkZS11cA=='], {}, new TypeError('sharedAccessKey is not base64')],
    [
      KEY,
      { tokenLifetimeInSeconds: 0 },
      new RangeError('tokenLifetimeInSeconds is 0; it has to be a whole number of seconds, at least 1'),
    ],
  ])('rejects the key %j with the options %j', (key, options, error) => {
    expect(() => keyCredentials(IDENTITY, key as string, options)).toThrow(error)
  })

  test('signs tokens that live for an hour, or as long as the app says', async () => {
    const now = (): number => 1_000_000
    expect((await keyCredentials(IDENTITY, KEY, { now }).token()).expiresAt).toBe(4_600_000)
    const short = keyCredentials(IDENTITY, KEY, { now, tokenLifetimeInSeconds: 1 })
    expect((await short.token()).expiresAt).toBe(1_001_000)
  })

  test('imports the key once, as a key that no script can export', async () => {
    const importKey = vi.spyOn(crypto.subtle, 'importKey')
    const credentials = keyCredentials(IDENTITY, KEY)
    await credentials.token()
    await credentials.token()
    const keys = await Promise.all(importKey.mock.results.map(({ value }) => value as Promise<CryptoKey>))
    importKey.mockRestore()
    expect(keys).toMatchObject([{ extractable: false }])
  })

  test.each([[{}], [undefined]])('names WebCrypto when the runtime has the crypto %j', (crypto) => {
    vi.stubGlobal('crypto', crypto)
    try {
      expect(() => keyCredentials(IDENTITY, KEY)).toThrow(
        new TypeError('This runtime has no WebCrypto; a page needs https: or localhost'),
      )
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

test('checkRuntime() names everything that is missing', () => {
  expect(() => checkRuntime('TextEncoder', 'Telepathy', 'Levitation')).toThrow(
    new TypeError('This runtime has no Telepathy, Levitation; Jest with jsdom needs jest-fixed-jsdom'),
  )
})

describe('A cache of tokens', () => {
  test.each([
    ['the first half of its life', 120_000, 59_999, 1],
    ['no longer than that', 120_000, 60_000, 2],
    ['no time if it lives for a minute', 60_000, 0, 2],
    ['a moment if it lives for longer', 60_002, 1, 1],
  ])('keeps a token for %s', async (_, lifeInMs, laterInMs, calls) => {
    let time = 1_000_000
    let count = 0
    const source = (): Promise<AccessToken> =>
      Promise.resolve({ password: `token ${++count}`, expiresAt: time + lifeInMs })
    const credentials = cacheTokens(IDENTITY, source, () => time)
    expect(credentials.identity).toBe(IDENTITY)
    expect(await credentials.token()).toEqual({ password: 'token 1', expiresAt: 1_000_000 + lifeInMs })
    time += laterInMs
    expect((await credentials.token()).password).toBe(`token ${calls}`)
  })

  test('drops a token that the hub has refused', async () => {
    let count = 0
    const credentials = cacheTokens(
      IDENTITY,
      () => Promise.resolve({ password: `token ${++count}`, expiresAt: 3_600_000 }),
      () => 0,
    )
    await credentials.token()
    credentials.invalidate?.()
    expect((await credentials.token()).password).toBe('token 2')
  })
})

describe('tokenCredentials()', () => {
  test('passes the signal to its source, and keeps a token that the source describes', async () => {
    const given = { password: 'opaque', expiresAt: Date.now() + 3_600_000 }
    const source = vi.fn<(signal: AbortSignal) => Promise<AccessToken>>(() => Promise.resolve(given))
    const credentials = tokenCredentials(IDENTITY, source)
    const { signal } = new AbortController()
    expect(credentials.identity).toEqual(IDENTITY)
    expect(await credentials.token(signal)).toEqual(given)
    expect(await credentials.token()).toEqual(given)
    expect(source.mock.calls).toEqual([[signal]])
  })

  test('reads the expiry of a bare token, which has to be for the device', async () => {
    const password = `SharedAccessSignature sr=${IDENTITY.hostName}%2Fdevices%2Fdevice1&sig=x&se=4000000000`
    expect(await tokenCredentials(IDENTITY, () => Promise.resolve(password)).token()).toEqual({
      ...{ password, expiresAt: 4_000_000_000_000 },
    })
    const other = tokenCredentials({ ...IDENTITY, deviceId: 'other' }, () => Promise.resolve(password))
    await expect(other.token()).rejects.toThrow(SyntaxError)
  })

  test('needs a function and an identity', () => {
    const source = (): Promise<string> => Promise.resolve('')
    expect(() => tokenCredentials(IDENTITY, 'a token' as never)).toThrow(
      new TypeError('source is not a function that returns a token'),
    )
    expect(() => tokenCredentials({ ...IDENTITY, deviceId: 'a/b' }, source)).toThrow(TypeError)
  })
})
