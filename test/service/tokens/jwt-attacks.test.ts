import { createPublicKey, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fixture, useFixtures } from './fixture.ts'
import { confused, type JwksServer, type KeyPair, makeKey, now, sign, startJwksServer, unsigned } from './forge.ts'

const startFixture = useFixtures()
let fixture: Fixture
let jwks: JwksServer
let attacker: JwksServer
let key: KeyPair
let strongKey: KeyPair
let attackersKey: KeyPair

beforeAll(async () => {
  key = await makeKey('key-1')
  strongKey = await makeKey('key-512', 'ES512')
  attackersKey = await makeKey('key-1')
  // Two keys with the same algorithm make a JWT without `kid` ambiguous.
  const sameAlgorithm = await makeKey('key-2')
  jwks = await startJwksServer([key.publicJwk, sameAlgorithm.publicJwk, strongKey.publicJwk])
  attacker = await startJwksServer([attackersKey.publicJwk])
  fixture = await startFixture({
    issuers: [{ issuer: 'https://login.example', audience: 'fleet', keys: jwks.url }],
    deviceOf: ({ subject }) => (subject === 'nobody' ? undefined : subject),
  })
})
afterAll(async () => {
  await fixture.close()
  await jwks.close()
  await attacker.close()
})

const pem = (): string =>
  createPublicKey({ key: key.publicJwk as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string
const der = (): Buffer =>
  createPublicKey({ key: key.publicJwk as never, format: 'jwk' }).export({ type: 'spki', format: 'der' })

/** Each row: a forged JWT, the code of its refusal, and its status if that is not 401. */
const forgeries: [what: string, forge: () => string | Promise<string>, code: string, status?: number][] = [
  ['text that is no JWT', () => 'nonsense', 'ERR_TOKEN_INVALID'],
  ['three dots', () => '...', 'ERR_TOKEN_INVALID'],
  ['random bytes', () => randomBytes(512).toString('base64url'), 'ERR_TOKEN_INVALID'],
  ['alg none', () => unsigned({ alg: 'none' }), 'ERR_TOKEN_INVALID'],
  ['alg None', () => unsigned({ alg: 'None' }), 'ERR_TOKEN_INVALID'],
  ['alg NONE with a signature', () => unsigned({ alg: 'NONE' }, {}, 'AAAA'), 'ERR_TOKEN_INVALID'],
  ['alg none and the kid of a key', () => unsigned({ alg: 'none', kid: 'key-1' }), 'ERR_TOKEN_INVALID'],
  ['no alg', () => unsigned({ typ: 'JWT' }), 'ERR_TOKEN_INVALID'],
  ['no signature', () => unsigned({ alg: 'ES256', kid: 'key-1' }), 'ERR_TOKEN_INVALID'],
  [
    'a signature of zeros (psychic)',
    () => unsigned({ alg: 'ES256', kid: 'key-1' }, {}, Buffer.alloc(64).toString('base64url')),
    'ERR_TOKEN_INVALID',
  ],
  ['the public key as PEM for a secret', () => confused('key-1', pem()), 'ERR_TOKEN_INVALID'],
  ['the public key as DER for a secret', () => confused('key-1', der()), 'ERR_TOKEN_INVALID'],
  ['the public key as JWK for a secret', () => confused('key-1', JSON.stringify(key.publicJwk)), 'ERR_TOKEN_INVALID'],
  ['an empty secret', () => confused('key-1', ''), 'ERR_TOKEN_INVALID'],
  ['a key of the attacker under a known kid', () => sign(attackersKey), 'ERR_TOKEN_INVALID'],
  [
    "the attacker's key in the header (jwk)",
    () => sign(attackersKey, {}, { jwk: attackersKey.publicJwk }),
    'ERR_TOKEN_INVALID',
  ],
  [
    "the address of the attacker's keys in the header (jku)",
    () => sign(attackersKey, {}, { jku: attacker.url.href }),
    'ERR_TOKEN_INVALID',
  ],
  [
    "the address of the attacker's certificate (x5u)",
    () => sign(attackersKey, {}, { x5u: attacker.url.href }),
    'ERR_TOKEN_INVALID',
  ],
  ['a kid that is a path', () => sign(attackersKey, {}, { kid: '../../../../dev/null' }), 'ERR_TOKEN_INVALID'],
  ['a kid that no key has', () => sign(key, {}, { kid: 'key-9' }), 'ERR_TOKEN_INVALID'],
  ['a kid that is a number', () => unsigned({ alg: 'ES256', kid: 7 }, {}, 'AAAA'), 'ERR_TOKEN_INVALID'],
  ['a good key of an algorithm that is not allowed', () => sign(strongKey), 'ERR_TOKEN_INVALID'],
  [
    'a critical header that the service does not know',
    () => sign(key, {}, { crit: ['x-new'], 'x-new': true }),
    'ERR_TOKEN_INVALID',
  ],
  [
    'an empty list of critical headers',
    () => unsigned({ alg: 'ES256', kid: 'key-1', crit: [] }, {}, 'AAAA'),
    'ERR_TOKEN_INVALID',
  ],
  [
    'unencoded payload (b64 false)',
    () => unsigned({ alg: 'ES256', kid: 'key-1', b64: false, crit: ['b64'] }, {}, 'AAAA'),
    'ERR_TOKEN_INVALID',
  ],
  ['another issuer', () => sign(key, { iss: 'https://evil.example' }), 'ERR_TOKEN_INVALID'],
  ['no issuer', () => sign(key, { iss: undefined }), 'ERR_TOKEN_INVALID'],
  [
    'the issuer that is the service itself',
    () => sign(key, { iss: 'hubtwin-service', aud: 'hubtwin-token-service' }),
    'ERR_TOKEN_INVALID',
  ],
  ['another audience', () => sign(key, { aud: 'shop' }), 'ERR_TOKEN_INVALID'],
  ['no audience', () => sign(key, { aud: undefined }), 'ERR_TOKEN_INVALID'],
  ['an end that is past', () => sign(key, { exp: now() - 60 }), 'ERR_TOKEN_EXPIRED'],
  ['no end', () => sign(key, { exp: undefined }), 'ERR_TOKEN_INVALID'],
  ['an end that is a text', () => sign(key, { exp: '9999999999' }), 'ERR_TOKEN_INVALID'],
  ['a beginning that is to come', () => sign(key, { nbf: now() + 60 }), 'ERR_TOKEN_INVALID'],
  ['a time of issue that is to come', () => sign(key, { iat: now() + 60 }), 'ERR_TOKEN_INVALID'],
  ['a time of issue beyond all numbers', () => sign(key, { iat: Number.MAX_VALUE }), 'ERR_TOKEN_INVALID'],
  ['no kid where several keys fit its algorithm', () => sign(key, {}, { kid: undefined }), 'ERR_TOKEN_INVALID'],
  ['no time of issue', () => sign(key, { iat: undefined }), 'ERR_TOKEN_INVALID'],
  ['no subject', () => sign(key, { sub: undefined }), 'ERR_TOKEN_INVALID'],
  ['an empty subject', () => sign(key, { sub: '' }), 'ERR_TOKEN_INVALID'],
  ['a subject that is a number', () => sign(key, { sub: 7 }), 'ERR_TOKEN_INVALID'],
  ['a subject that has no device', () => sign(key, { sub: 'nobody' }), 'ERR_NO_DEVICE', 403],
]

describe('POST /api/token', () => {
  it('POST /api/token gives a device password for a JWT of a trusted issuer', async () => {
    const { status, body, headers } = await fixture.post('/api/token', { token: await sign(key) })
    expect(status).toBe(200)
    expect(body).toEqual({
      password: expect.stringMatching(
        /^SharedAccessSignature sr=localhost%2Fdevices%2Fdevice1&sig=.+&skn=device&se=\d+$/,
      ) as string,
      expiresAt: expect.any(Number) as number,
      hostName: 'localhost',
      deviceId: 'device1',
      endpoint: `ws://localhost:${fixture.hub.plainPort}`,
    })
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it.each(forgeries.map(([what, forge, code, status = 401]) => ({ what, forge, code, status })))(
    'POST /api/token refuses $what',
    async ({ forge, code, status }) => {
      const answer = await fixture.post('/api/token', { token: await forge() })
      expect(answer).toMatchObject({ status, body: { status, code } })
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
      expect(answer.body).not.toHaveProperty('password')
    },
  )

  it('POST /api/token logs the reason that the client does not get, and contacts no server of the attacker', () => {
    const reasons = new Set(fixture.audit.map(({ reason }) => reason))
    for (const reason of [
      'unknown issuer',
      'aud check_failed',
      'nbf check_failed',
      'ERR_JWKS_NO_MATCHING_KEY',
      'ERR_JWKS_MULTIPLE_MATCHING_KEYS',
      'iat check_failed',
      'ERR_JWT_EXPIRED',
    ])
      expect(reasons).toContain(reason)
    expect(attacker.requests).toBe(0)
  })

  it('POST /api/token refuses a JWT with a single changed character, at any position', async () => {
    const token = await sign(key)
    const places = Array.from({ length: 60 }, (_, index) => Math.floor((index * token.length) / 60))
    for (const place of places) {
      const other = token[place] === 'A' ? 'B' : 'A'
      const changed = token.slice(0, place) + other + token.slice(place + 1)
      const { status } = await fixture.post('/api/token', { token: changed })
      // The last bits of base64url may be unused, so a changed character can leave the JWT the
      // same.
      if (place < token.length - 1) expect({ place, status }).toEqual({ place, status: 401 })
    }
  })

  it('POST /api/token refuses a valid JWT if the request names another device', async () => {
    const token = await sign(key)
    await expect(fixture.post('/api/token', { token, body: { deviceId: 'kiosk-7' } })).resolves.toMatchObject({
      status: 403,
      body: { code: 'ERR_OTHER_DEVICE' },
    })
    const own = await fixture.post('/api/token', { token, body: { deviceId: 'device1' } })
    expect(own).toMatchObject({ status: 200, body: { deviceId: 'device1' } })
  })

  it.each([
    ['none at all', {}],
    ['one in the URL', { query: true }],
    ['another scheme', { authorization: 'Basic ZGV2aWNlMTpwYXNz' }],
    ['a scheme without one', { authorization: 'Bearer' }],
    ['two of them', { authorization: 'Bearer a b' }],
  ])(
    'POST /api/token with %s says that it wants a JWT',
    async (_, { query, authorization }: { query?: boolean; authorization?: string }) => {
      const token = await sign(key)
      const path = query === true ? `/api/token?access_token=${fixture.secret(token)}&token=${token}` : '/api/token'
      const answer = await fixture.post(path, { headers: authorization === undefined ? {} : { authorization } })
      expect(answer).toMatchObject({ status: 401, body: { code: 'ERR_NO_TOKEN' } })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    },
  )

  it.each([
    ['20 s past its end', { exp: -20 }, 200],
    ['40 s past its end', { exp: -40 }, 401],
    ['20 s before its beginning', { nbf: 20 }, 200],
    ['40 s before its beginning', { nbf: 40 }, 401],
  ])('POST /api/token allows clocks to differ by half a minute: %s', async (_, offsets, status) => {
    const claims = Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, now() + offset]))
    expect((await fixture.post('/api/token', { token: await sign(key, claims) })).status).toBe(status)
  })
})

describe('a JWKS at a URL', () => {
  async function withJwks(test: (server: JwksServer, own: Fixture, key: KeyPair) => Promise<void>): Promise<void> {
    const first = await makeKey('first')
    const server = await startJwksServer([first.publicJwk])
    const settings = {
      issuer: 'https://login.example',
      audience: 'fleet',
      keys: server.url,
      cooldownInMs: 0,
      timeoutInMs: 200,
    }
    const own = await startFixture({ issuers: [settings] })
    try {
      await test(server, own, first)
    } finally {
      await own.close()
      await server.close()
    }
  }

  it('a JWKS that rotates is fetched again for a new kid, and a removed key no longer counts', async () => {
    await withJwks(async (server, own, first) => {
      const second = await makeKey('second')
      const status = async (by: KeyPair): Promise<number> =>
        (await own.post('/api/token', { token: await sign(by) })).status
      expect([await status(first), await status(second)]).toEqual([200, 401])
      server.keys = [second.publicJwk, first.publicJwk]
      expect([await status(second), await status(first)]).toEqual([200, 200])
      server.keys = [second.publicJwk]
      const third = await makeKey('third')
      expect([await status(third), await status(first), await status(second)]).toEqual([401, 401, 200])
    })
  })

  it.each(['fails', 'answers nonsense', 'is silent'] as const)(
    'a JWKS that %s is the fault of no client: 503, and all is well when it is back',
    async (behaviour) => {
      await withJwks(async (server, own, first) => {
        server.behaviour = behaviour
        const answer = await own.post('/api/token', { token: await sign(first) })
        expect(answer).toMatchObject({ status: 503, body: { code: 'ERR_UNAVAILABLE' } })
        expect(answer.headers.get('retry-after')).toBe('5')
        server.behaviour = 'answers'
        expect((await own.post('/api/token', { token: await sign(first) })).status).toBe(200)
      })
    },
  )

  it('a JWKS without a server causes a 503, but not for JWTs of the service itself', async () => {
    await withJwks(async (server, own, first) => {
      await server.close()
      expect((await own.post('/api/token', { token: await sign(first) })).status).toBe(503)
      expect((await own.post('/api/token', { token: await own.enroll() })).status).toBe(200)
    })
  })

  it('a JWKS is fetched once for a hundred JWTs with unknown keys within its cool-down', async () => {
    const before = jwks.requests
    const stranger = await makeKey('stranger')
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        fixture.post('/api/token', { token: await sign(stranger, {}, { kid: `stranger-${index}` }) }),
      ),
    )
    expect(answers.every(({ status }) => status === 401)).toBe(true)
    expect(jwks.requests - before).toBeLessThanOrEqual(1)
  })
})
