import { describe, expect, test } from 'vitest'
import { keyCredentials } from '../../core/src/credentials/key.ts'
import { audience, formatToken, readToken, stringToSign } from '../../core/src/protocol/sas.ts'
import type { DeviceIdentity } from '../../core/src/protocol/identity.ts'
import vectors from '../vectors/sas.json' with { type: 'json' }

/** What a device has to make: not the service's and the provisioning service's tokens, nor what is only to be accepted. */
const own = vectors.positive.filter(
  ({ kind, name }) => ['device', 'module'].includes(kind) && !name.startsWith('verify-only'),
)

function identityOf(resourceUri: string): DeviceIdentity {
  const [hostName = '', , deviceId = '', , moduleId] = resourceUri.split('/')
  return { hostName, deviceId, ...(moduleId !== undefined && { moduleId }) }
}

describe('audience() and stringToSign()', () => {
  test.each(own)('are those of the vector "$name"', ({ resourceUri, sr, stringToSign: signed, expiry }) => {
    expect(audience(identityOf(resourceUri))).toBe(sr)
    expect(stringToSign(sr, expiry)).toBe(signed)
  })
})

describe('formatToken()', () => {
  test.each(own)('makes the token of the vector "$name" from its signature', (vector) => {
    const { sr, signatureBase64, expiry, policyName, token } = vector
    expect(formatToken(sr, signatureBase64, expiry, policyName ?? undefined)).toBe(token)
  })
})

describe('keyCredentials()', () => {
  // A space and an é are in one vector for the encoder's sake; no hub takes them in an identity.
  const legal = own.filter(({ name }) => name !== 'device-space-unicode')

  test.each(legal)('makes the token of the vector "$name"', async (vector) => {
    const credentials = keyCredentials(identityOf(vector.resourceUri), vector.keyBase64, {
      tokenLifetimeInSeconds: 3600,
      sharedAccessKeyName: vector.policyName ?? undefined,
      now: () => (vector.expiry - 3600) * 1000,
    })
    expect(await credentials.token()).toEqual({ password: vector.token, expiresAt: vector.expiry * 1000 })
  })

  test('makes five tokens, so that the test above is no empty one', () => {
    expect(legal.length).toBe(5)
  })

  test.each([
    ['a key that is not base64', { hostName: 'h', deviceId: 'd' }, 'not base64!', {}, TypeError],
    ['no key', { hostName: 'h', deviceId: 'd' }, '', {}, TypeError],
    ['a host with a port', { hostName: 'h:1', deviceId: 'd' }, 'bWFkZQ==', {}, TypeError],
    ['an id with a slash', { hostName: 'h', deviceId: 'a/b' }, 'bWFkZQ==', {}, TypeError],
    ['no identity', undefined, 'bWFkZQ==', {}, TypeError],
    ['no life', { hostName: 'h', deviceId: 'd' }, 'bWFkZQ==', { tokenLifetimeInSeconds: 0 }, RangeError],
    ['half a second', { hostName: 'h', deviceId: 'd' }, 'bWFkZQ==', { tokenLifetimeInSeconds: 0.5 }, RangeError],
  ])('refuses %s', (_, identity, key, options, errorClass) => {
    expect(() => keyCredentials(identity as DeviceIdentity, key, options)).toThrow(errorClass)
  })
})

describe('readToken()', () => {
  const identity = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }
  const vector = (name: string): string =>
    [...vectors.positive, ...vectors.negative].find((item) => item.name === name)!.token

  test.each(['device-plain', 'device-by-policy', 'verify-only-lowercase-hex', 'unescaped-signature'])(
    'reads the expiry of "%s"',
    (name) => {
      expect(readToken(vector(name), identity)).toEqual({ expiresAt: 1700003600_000 })
    },
  )

  test('refuses the token of another device, by segments', () => {
    expect(() => readToken(vector('scope-prefix-by-character'), identity)).toThrow(/not for contoso/)
  })
})
