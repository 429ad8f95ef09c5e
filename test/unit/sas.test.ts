import { describe, expect, test } from 'vitest'
import { keyCredentials } from '../../core/src/credentials/key.ts'
import { audience, formatToken, readToken, stringToSign } from '../../core/src/protocol/sas.ts'
import type { DeviceIdentity } from '../../core/src/protocol/identity.ts'
import vectors from '../vectors/sas.json' with { type: 'json' }

/**
 * The tokens that a device signs, without the tokens of services and the tokens that it only
 * accepts.
 */
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
  // One vector has a space and an é to test the encoder; no hub accepts them in an identity.
  const legal = own.filter(({ name }) => name !== 'device-space-unicode')

  test.each(legal)('makes the token of the vector "$name"', async (vector) => {
    const credentials = keyCredentials(identityOf(vector.resourceUri), vector.keyBase64, {
      tokenLifetimeInSeconds: 3600,
      sharedAccessKeyName: vector.policyName ?? undefined,
      now: () => (vector.expiry - 3600) * 1000,
    })
    expect(await credentials.token()).toEqual({ password: vector.token, expiresAt: vector.expiry * 1000 })
  })

  test('signs five tokens, so that the test above is not empty', () => {
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

  const ofDevices = vectors.positive.filter(({ kind }) => ['device', 'module'].includes(kind))

  test.each(ofDevices)('reads the expiry of the vector "$name"', ({ token, resourceUri, expiry }) => {
    expect(readToken(token, identityOf(resourceUri))).toEqual({ expiresAt: expiry * 1000 })
  })

  test('does not check the signature', () => {
    expect(readToken(vector('unescaped-signature'), identity)).toEqual({ expiresAt: 1700003600_000 })
  })

  test('accepts the token of a whole hub, and none with a wider path', () => {
    const token = (sr: string): string => `SharedAccessSignature sr=${sr}&sig=x&se=1700003600`
    expect(readToken(token('CONTOSO.azure-devices.net'), identity)).toEqual({ expiresAt: 1700003600_000 })
    for (const sr of [
      'contoso.azure-devices.net%2Fdevices%2Fdevice1%2Fmodules',
      'contoso.azure-devices.net%2F',
      '%zz',
    ]) {
      expect(() => readToken(token(sr), identity)).toThrow(/not for contoso/)
    }
  })

  test.each([
    ['x SharedAccessSignature sr=h', 'is not of the form "SharedAccessSignature sr=…&sig=…&se=…"'],
    ['xSharedAccessSignature sr=h', 'is not of the form "SharedAccessSignature sr=…&sig=…&se=…"'],
    ['SharedAccessSignature sr=h x', 'is not of the form "SharedAccessSignature sr=…&sig=…&se=…"'],
    ['SharedAccessSignature ', 'is not of the form "SharedAccessSignature sr=…&sig=…&se=…"'],
    ['', 'is not of the form "SharedAccessSignature sr=…&sig=…&se=…"'],
    ['SharedAccessSignature sr=h&sig=x', 'has no se'],
    ['SharedAccessSignature sr=h&sig=&se=1', 'has no sig'],
    ['SharedAccessSignature sr&sig=x&se=1', 'has no sr'],
    ['SharedAccessSignature sr=h&sig=x&se=soon', 'has an se that is not a number of seconds'],
    ['SharedAccessSignature sr=h&sig=x&se=1x', 'has an se that is not a number of seconds'],
    ['SharedAccessSignature sr=h&sig=x&se=x1', 'has an se that is not a number of seconds'],
    ['SharedAccessSignature sr=h&sig=x&se=1234567890123', 'has an se that is not a number of seconds'],
  ])('refuses %j, which %s', (token, problem) => {
    expect(() => readToken(token, identity)).toThrow(new SyntaxError(`SharedAccessSignature ${problem}`))
  })

  test.each([
    '%zz',
    'contoso.azure-devices.net%2Fdevices%2Fdevice1%2Fmodules%2Fsensor%2Fx',
    'contoso.azure-devices.net%2Fdevices%2Fdevice1%2Fundefined',
    'contoso.azure-devices.net%2Fdevices%2F%25zz',
  ])('refuses the audience %s, and names its own', (sr) => {
    const token = `SharedAccessSignature sr=${sr}&sig=x&se=1`
    expect(() => readToken(token, { ...identity, moduleId: 'sensor' })).toThrow(
      new SyntaxError('SharedAccessSignature is not for contoso.azure-devices.net/devices/device1/sensor'),
    )
  })

  test('refuses a scope that is encoded three times, and an ID with another case', () => {
    const special = { ...identity, deviceId: 'n@m' }
    const token = (id: string): string =>
      `SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2F${id}&sig=x&se=1`
    expect(readToken(token('n%2540m'), special)).toEqual({ expiresAt: 1000 })
    for (const id of ['n%252540m', 'N%2540m']) expect(() => readToken(token(id), special)).toThrow(/not for contoso/)
  })

  test('refuses the token of another device, by segments', () => {
    expect(() => readToken(vector('scope-prefix-by-character'), identity)).toThrow(/not for contoso/)
  })
})
