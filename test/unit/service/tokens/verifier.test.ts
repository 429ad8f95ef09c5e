import type { JWK } from 'jose'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Problem } from '../../../../service/src/tokens/base/problem.ts'
import { createVerifier, type Issuer } from '../../../../service/src/tokens/jwt/verifier.ts'
import { type KeyPair, makeKey, sign, startJwksServer } from '../../../service/tokens/forge.ts'
import { START } from './memory-service.ts'

const ISSUER = 'https://login.example'
const NOW = START / 1000
const CLAIMS = { iat: NOW, exp: NOW + 600, jti: 'jti-1' }
const INVALID = { code: 'ERR_TOKEN_INVALID', message: 'No trusted issuer issued the token for this service' }

let key: KeyPair
let other: KeyPair
beforeAll(async () => {
  key = await makeKey('key-1')
  other = await makeKey('key-2')
})

function issuerWith(more: Partial<Issuer> = {}, keys: () => JWK[] = () => [key.publicJwk]): Issuer {
  return { issuer: ISSUER, audience: 'fleet', keys: async () => ({ keys: keys() }), ...more }
}

const verifierOf = (issuer: Issuer): ReturnType<typeof createVerifier> => createVerifier([issuer], { now: () => START })

describe('createVerifier()', () => {
  test('returns the claims; a sign-in may be as much earlier as clocks differ', async () => {
    const token = await sign(key, CLAIMS)
    expect(await verifierOf(issuerWith())(token)).toEqual({
      issuer: ISSUER,
      subject: 'device1',
      issuedAt: NOW,
      authenticatedAt: NOW - 30,
      expiresAt: NOW + 600,
      id: 'jti-1',
    })
    const exact = await verifierOf(issuerWith({ sharesClock: true }))(token)
    expect(exact.authenticatedAt).toBe(NOW)
  })

  test.each([
    [NOW - 100, NOW - 100],
    [NOW + 100, NOW],
    ['text', NOW],
  ])('with auth_time %s, the subject authenticated at %s', async (authTime, authenticatedAt) => {
    const token = await sign(key, { ...CLAIMS, auth_time: authTime })
    expect(await verifierOf(issuerWith({ sharesClock: true }))(token)).toMatchObject({ authenticatedAt })
  })

  test.each([undefined, 7])('ignores the jti %s', async (jti) => {
    expect(await verifierOf(issuerWith())(await sign(key, { ...CLAIMS, jti }))).not.toHaveProperty('id')
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['another audience', { aud: 'shop' }, 'aud check_failed'],
    ['a beginning that is to come', { nbf: NOW + 60 }, 'nbf check_failed'],
    ['a time of issue that is to come', { iat: NOW + 31 }, 'iat check_failed'],
    ['no time of issue', { iat: undefined }, 'iat missing'],
    ['no end', { exp: undefined }, 'exp missing'],
    ['no subject', { sub: undefined }, 'sub missing'],
    ['an empty subject', { sub: '' }, 'sub is not a string'],
    ['a subject that is a number', { sub: 7 }, 'sub is not a string'],
    ['another issuer', { iss: 'https://evil.example' }, 'unknown issuer'],
    ['no issuer', { iss: undefined }, 'unknown issuer'],
  ])('refuses %s', async (_, claims, reason) => {
    const token = await sign(key, { ...CLAIMS, ...claims })
    await expect(verifierOf(issuerWith())(token)).rejects.toMatchObject({ ...INVALID, reason })
  })

  test('allows clocks to differ by 30 seconds by default', async () => {
    const verify = verifierOf(issuerWith())
    await verify(await sign(key, { ...CLAIMS, iat: NOW + 30 }))
    await verify(await sign(key, { ...CLAIMS, iat: NOW - 600, exp: NOW - 29 }))
    const expired = { code: 'ERR_TOKEN_EXPIRED', message: 'The token has expired', reason: 'ERR_JWT_EXPIRED' }
    await expect(verify(await sign(key, { ...CLAIMS, iat: NOW - 600, exp: NOW - 31 }))).rejects.toMatchObject(expired)
    const strict = createVerifier([issuerWith()], { now: () => START, clockToleranceInSeconds: 0 })
    await expect(strict(await sign(key, { ...CLAIMS, iat: NOW + 1 }))).rejects.toMatchObject(INVALID)
  })

  test('uses the clock of the machine by default', async () => {
    await expect(createVerifier([issuerWith()])(await sign(key))).resolves.toMatchObject({ subject: 'device1' })
  })

  test.each(['', 'a.b.c', '...'])('refuses %j, which is no JWT', async (text) => {
    await expect(verifierOf(issuerWith())(text)).rejects.toMatchObject({ ...INVALID, reason: 'not a JWT' })
  })

  test('refuses a signature of another key', async () => {
    const forged = await sign({ ...other, kid: 'key-1' }, CLAIMS)
    await expect(verifierOf(issuerWith())(forged)).rejects.toMatchObject({
      ...INVALID,
      reason: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    })
  })

  test('reads the keys of a function for each JWT', async () => {
    let set = { keys: [key.publicJwk] }
    const verify = verifierOf(issuerWith({ keys: async () => set }))
    await verify(await sign(key, CLAIMS))
    await verify(await sign(key, CLAIMS))
    await expect(verify(await sign(other, CLAIMS))).rejects.toMatchObject({ reason: 'ERR_JWKS_NO_MATCHING_KEY' })
    set = { keys: [other.publicJwk] }
    await verify(await sign(other, CLAIMS))
    await expect(verify(await sign(key, CLAIMS))).rejects.toMatchObject({ reason: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  test('refuses a JWT without kid where several keys fit', async () => {
    const verify = verifierOf(issuerWith({}, () => [key.publicJwk, other.publicJwk]))
    const token = await sign(key, CLAIMS, { kid: undefined })
    await expect(verify(token)).rejects.toMatchObject({ ...INVALID, reason: 'ERR_JWKS_MULTIPLE_MATCHING_KEYS' })
  })

  test('answers ERR_UNAVAILABLE where the keys are unreachable', async () => {
    const token = await sign(key, CLAIMS)
    const unavailable = {
      code: 'ERR_UNAVAILABLE',
      message: "The keys of the token's issuer are unreachable",
      retryAfterInSeconds: 5,
    }
    const away = issuerWith({ keys: () => Promise.reject(new Error('away')) })
    await expect(verifierOf(away)(token)).rejects.toMatchObject({ ...unavailable, reason: 'no JWKS' })
    const limited = new Problem('ERR_RATE_LIMITED', 'Later')
    const refusing = issuerWith({ keys: () => Promise.reject(limited) })
    await expect(verifierOf(refusing)(token)).rejects.toBe(limited)
    const broken = issuerWith({ keys: async () => ({ keys: [7] }) as never })
    await expect(verifierOf(broken)(token)).rejects.toMatchObject({ ...unavailable, reason: 'ERR_JWKS_INVALID' })
  })
})

describe('createVerifier() with a URL of keys', () => {
  test('fetches them again for an unknown kid without a cool-down, and in time', async () => {
    const server = await startJwksServer([key.publicJwk])
    onTestFinished(() => server.close())
    const verify = verifierOf(issuerWith({ keys: server.url, cooldownInMs: 0, timeoutInMs: 1000 }))
    await verify(await sign(key, CLAIMS))
    server.keys = [other.publicJwk]
    await verify(await sign(other, CLAIMS))
    server.behaviour = 'is silent'
    await expect(verify(await sign(key, CLAIMS))).rejects.toMatchObject({
      code: 'ERR_UNAVAILABLE',
      reason: 'ERR_JWKS_TIMEOUT',
    })
  })

  test('fetches them once within the cool-down', async () => {
    const server = await startJwksServer([key.publicJwk])
    onTestFinished(() => server.close())
    for (const cooldownInMs of [undefined, 60_000]) {
      server.requests = 0
      const verify = verifierOf(issuerWith({ keys: server.url, cooldownInMs }))
      await verify(await sign(key, CLAIMS))
      await expect(verify(await sign(other, CLAIMS))).rejects.toMatchObject({ reason: 'ERR_JWKS_NO_MATCHING_KEY' })
      expect(server.requests).toBe(1)
    }
  })
})

describe('createVerifier() throws', () => {
  const known = 'EdDSA, Ed25519, ES256, ES384, ES512, PS256, PS384, PS512, RS256, RS384, RS512'
  test.each([
    [['HS256'], '["HS256"]'],
    [['ES256', 'none'], '["ES256","none"]'],
    [[], '[]'],
  ])('for the algorithms %j', (algorithms, shown) => {
    expect(() => verifierOf(issuerWith({ algorithms: algorithms as never }))).toThrow(
      new TypeError(`Algorithms of ${ISSUER} are ${shown}; expected some of ${known}`),
    )
  })

  test.each(['http://login.example', 'ftp://localhost', 'ftp://login.example'])('for keys at %s', (address) => {
    expect(() => verifierOf(issuerWith({ keys: new URL(`${address}/keys?secret`) }))).toThrow(
      new TypeError(
        `Keys of ${ISSUER} are at ${address}; expected an https address, because an attacker in between could replace them`,
      ),
    )
  })

  test('for two issuers with the same name', () => {
    expect(() => createVerifier([issuerWith(), issuerWith()])).toThrow(new TypeError('Two issuers have the same name'))
  })

  test.each(['https://login.example/keys', 'http://localhost:8080/keys', 'http://127.0.0.1/keys'])(
    'not for keys at %s',
    (url) => {
      expect(() => verifierOf(issuerWith({ keys: new URL(url) }))).not.toThrow()
    },
  )

  test('not for an algorithm that it knows', async () => {
    const strong = await makeKey('key-3', 'ES384')
    const verify = verifierOf(issuerWith({ algorithms: ['ES384'] }, () => [strong.publicJwk]))
    await expect(verify(await sign(strong, CLAIMS))).resolves.toMatchObject({ subject: 'device1' })
    await expect(verify(await sign(key, CLAIMS))).rejects.toMatchObject(INVALID)
    const rsa = await makeKey('key-4', 'RS256')
    const byDefault = verifierOf(issuerWith({}, () => [rsa.publicJwk, strong.publicJwk]))
    await expect(byDefault(await sign(rsa, CLAIMS))).resolves.toMatchObject({ subject: 'device1' })
    await expect(byDefault(await sign(strong, CLAIMS))).rejects.toMatchObject(INVALID)
  })
})
