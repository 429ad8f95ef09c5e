import { describe, expect, test } from 'vitest'
import { foreignToken, HOUR_IN_MS, openService, PAGE, type Post, START } from './memory-service.ts'

const DAY_IN_MS = 24 * HOUR_IN_MS
const BODY_DETAIL = 'The body is not { code: string, cookie?: true or false }'

async function cookieOf({ enrollment, post }: ReturnType<typeof openService>, request: Post = {}): Promise<string> {
  const { code } = await enrollment.codes.make('kiosk-7', 60)
  const answer = await post('/api/enroll', { body: { code, cookie: true }, origin: PAGE, ...request })
  return answer.headers.get('set-cookie') ?? ''
}

const pairOf = (cookie: string): string => cookie.split(';')[0] ?? ''

describe('POST /api/enroll', () => {
  test.each(['/api/enroll', '/api/enrol'])('at %s, exchanges a code for a JWT, and logs it', async (path) => {
    const { enrollment, post, audit, store } = openService()
    const { code } = await enrollment.codes.make('kiosk-7', 60)
    const answer = await post(path, { body: { code } })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.body).toEqual({
      token: expect.stringMatching(/^eyJ/) as string,
      expiresAt: START + 30 * DAY_IN_MS,
      hostName: 'contoso.azure-devices.net',
      deviceId: 'kiosk-7',
    })
    expect(audit).toEqual([
      {
        time: new Date(START).toISOString(),
        event: 'enroll',
        outcome: 'ok',
        address: 'unknown',
        deviceId: 'kiosk-7',
        issuedTokenId: store.content.sessions[0]?.id,
      },
    ])
    const again = await post(path, { body: { code } })
    expect(again).toMatchObject({ status: 403, body: { detail: 'The code is unknown, already used, or expired' } })
  })

  test.each([
    ['no body', undefined, 400, 'ERR_BAD_REQUEST', BODY_DETAIL],
    ['an empty body', '', 400, 'ERR_BAD_REQUEST', BODY_DETAIL],
    ['a code that is a number', { code: 7 }, 400, 'ERR_BAD_REQUEST', BODY_DETAIL],
    ['a cookie that is a text', { code: 'x', cookie: 'yes' }, 400, 'ERR_BAD_REQUEST', BODY_DETAIL],
    ['an array', [], 400, 'ERR_BAD_REQUEST', 'The body is not a JSON object'],
    ['null', 'null', 400, 'ERR_BAD_REQUEST', 'The body is not a JSON object'],
    ['a number', '7', 400, 'ERR_BAD_REQUEST', 'The body is not a JSON object'],
    ['broken JSON', '{', 400, 'ERR_BAD_REQUEST', 'The body is not a JSON object'],
    ['4097 bytes', ' '.repeat(4097), 413, 'ERR_BODY_TOO_LARGE', 'The body is larger than 4096 bytes'],
    ['4096 bytes', `${' '.repeat(4094)}{}`, 400, 'ERR_BAD_REQUEST', BODY_DETAIL],
    ['a wrong code', { code: 'nonsense' }, 403, 'ERR_CODE', 'The code is unknown, already used, or expired'],
    [
      'a cookie without a page',
      { code: 'x', cookie: true },
      403,
      'ERR_ORIGIN',
      'Only a page can get a cookie, and the request has no Origin',
    ],
  ])('refuses %s', async (_, body, status, code, detail) => {
    const { post, audit } = openService()
    expect(await post('/api/enroll', { body })).toMatchObject({ status, body: { code, detail } })
    expect(audit).toMatchObject([{ event: 'enroll', outcome: code }])
  })

  test.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    [' application/JSON ; charset=utf-8', 400],
  ])('with the type %s answers %i', async (type, status) => {
    const answer = await openService().post('/api/enroll', { body: '', headers: { 'content-type': type } })
    expect(answer.status).toBe(status)
    if (status === 415)
      expect(answer.body).toMatchObject({ code: 'ERR_CONTENT_TYPE', detail: 'The body is not application/json' })
  })

  test('refuses a body without a type', async () => {
    const { service } = openService()
    const body = new TextEncoder().encode('{"code":"x"}')
    const answer = await service.fetch(new Request('https://t.example/api/enroll', { method: 'POST', body }))
    expect(answer.status).toBe(415)
  })

  test('asks whether the code is older than a revocation, in seconds', async () => {
    const asked: unknown[] = []
    const isRevoked = async (...question: unknown[]): Promise<boolean> => asked.push(question) === 0
    const { enroll, clock, enrollment, post } = openService({ isRevoked })
    await enroll()
    expect(asked).toEqual([
      [
        {
          issuer: 'hubtwin-service',
          subject: 'kiosk-7',
          issuedAt: START / 1000,
          authenticatedAt: START / 1000,
          expiresAt: START / 1000 + 30 * 86_400,
        },
        'kiosk-7',
      ],
    ])
    const { code } = await enrollment.codes.make('kiosk-8', 60)
    clock.now += 1500
    await post('/api/enroll', { body: { code } })
    expect(asked.at(-1)).toMatchObject([{ issuedAt: START / 1000, authenticatedAt: START / 1000 }, 'kiosk-8'])
  })

  test('refuses an incomplete body', async () => {
    const { service } = openService()
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('The socket closed')) })
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } }
    const answer = await service.fetch(new Request('https://t.example/api/enroll', init))
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { code: 'ERR_BAD_REQUEST', detail: 'The body is incomplete' },
    ])
  })

  test('counts wrong codes by address, and only texts that look like a code', async () => {
    const { enrollment, post } = openService({ limits: { wrongCodesPerHour: 1 } })
    const enroll = async (code: string): Promise<unknown> =>
      (await post('/api/enroll', { body: { code } })).body['code']
    for (const code of ['nonsense', 'nonsense', '']) expect(await enroll(code)).toBe('ERR_CODE')
    for (const device of ['kiosk-1', 'kiosk-2', 'kiosk-3'])
      expect(await enroll((await enrollment.codes.make(device, 60)).code)).toBeUndefined()
    expect(await enroll('0000-0000-0000')).toBe('ERR_CODE')
    expect(await enroll('0000-0000-0000')).toBe('ERR_RATE_LIMITED')
  })

  test('refuses a code that is older than a revocation', async () => {
    const { enrollment, revocations, clock, post } = openService()
    const { code } = await enrollment.codes.make('kiosk-7', 60)
    clock.now += 1000
    await revocations.revoke('kiosk-7')
    clock.now += 1000
    expect((await post('/api/enroll', { body: { code } })).body).toMatchObject({ code: 'ERR_REVOKED' })
    const later = await enrollment.codes.make('kiosk-7', 60)
    expect((await post('/api/enroll', { body: { code: later.code } })).status).toBe(201)
  })
})

describe('the cookie', () => {
  test('holds the JWT in place of the body', async () => {
    const memory = openService()
    const { code } = await memory.enrollment.codes.make('kiosk-7', 60)
    const answer = await memory.post('/api/enroll', { body: { code, cookie: true }, origin: PAGE })
    expect(answer.status).toBe(201)
    expect(answer.body).not.toHaveProperty('token')
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie.split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      'Max-Age=2592000',
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ])
    expect(cookie).toMatch(/^__Host-hubtwin=eyJ/)
    const token = await memory.post('/api/token', { cookie: pairOf(cookie), origin: PAGE, body: {} })
    expect(token.status).toBe(200)
    expect(token.headers.get('set-cookie')).toBeNull()
  })

  test.each([
    ['https://tokens.example', PAGE, undefined, true],
    ['http://tokens.example', PAGE, undefined, true],
    ['http://tokens.example', PAGE, true, true],
    ['http://localhost:8787', 'http://localhost:5173', undefined, false],
    ['http://localhost:8787', 'http://localhost:5173', true, true],
    ['http://localhost:8787', 'http://localhost:5173', false, false],
    ['http://localhost:8787', PAGE, false, true],
    ['https://tokens.example', 'http://localhost:5173', undefined, true],
  ])('at %s for the page %s, with isSecure %s of the peer, has Secure: %s', async (base, origin, isSecure, secure) => {
    const memory = openService({ origins: [PAGE, 'http://localhost:5173'] })
    const peer = isSecure === undefined ? {} : { isSecure }
    const cookie = await cookieOf(memory, { base, origin, peer })
    expect([/; Secure/.test(cookie), cookie.startsWith('__Host-hubtwin='), cookie.startsWith('hubtwin=')]).toEqual([
      secure,
      secure,
      !secure,
    ])
    expect(cookie).toContain('Path=/')
    const request = { cookie: pairOf(cookie), origin, base, peer, body: {} }
    expect((await memory.post('/api/token', request)).status).toBe(200)
  })

  test.each([
    ['http://tokens.example', 'http://localhost:5173', undefined],
    ['http://tokens.example', PAGE, false],
    ['https://tokens.example', PAGE, false],
  ])('does not travel in the clear: %s, page %s, isSecure %s', async (base, origin, isSecure) => {
    const { post, enrollment, store } = openService({ origins: [PAGE, 'http://localhost:5173'] })
    const { code } = await enrollment.codes.make('kiosk-7', 60)
    const peer = isSecure === undefined ? {} : { isSecure }
    expect(await post('/api/enroll', { base, origin, peer, body: { code, cookie: true } })).toMatchObject({
      status: 400,
      body: { code: 'ERR_BAD_REQUEST', detail: 'A cookie needs https; http is only for this machine' },
    })
    expect(store.content.codes.size).toBe(1)
  })

  test('is renewed with a password once half of its lifetime is over', async () => {
    const memory = openService()
    const { clock, post, audit } = memory
    const cookie = pairOf(await cookieOf(memory))
    const ask = (): ReturnType<typeof post> => post('/api/token', { cookie, origin: PAGE, body: {} })
    clock.now += 15 * DAY_IN_MS
    expect((await ask()).headers.get('set-cookie')).toBeNull()
    clock.now += 1000
    const renewed = await ask()
    expect(renewed.headers.get('set-cookie')).toContain('Max-Age=2592000')
    expect(audit.at(-1)?.issuedTokenId).toBe(`${audit[0]?.issuedTokenId}~${audit.at(-1)?.issuedTokenId?.slice(-8)}`)
    const next = pairOf(renewed.headers.get('set-cookie') ?? '')
    expect(next).not.toBe(cookie)
    expect((await post('/api/token', { cookie: next, origin: PAGE, body: {} })).status).toBe(200)
  })

  test('does not outlive 400 days, the limit of browsers', async () => {
    const { openEnrollment } = await import('../../../../service/src/tokens/index.ts')
    const { memoryStore } = await import('./memory-service.ts')
    const enrollment = openEnrollment(memoryStore(), { now: () => START, tokenLifetimeInSeconds: 500 * 86_400 })
    expect(await cookieOf({ ...openService({ enrollment }), enrollment })).toContain('Max-Age=34560000')
  })
})

describe('POST /api/renew', () => {
  test('exchanges a JWT for a JWT of the same enrollment, and logs both', async () => {
    const { clock, enroll, post, audit } = openService()
    const token = await enroll()
    clock.now += DAY_IN_MS
    const answer = await post('/api/renew', { token })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ expiresAt: START + 31 * DAY_IN_MS, deviceId: 'kiosk-7' })
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.body['token']).not.toBe(token)
    const first = audit[0]?.issuedTokenId ?? ''
    expect(audit.at(-1)).toMatchObject({ event: 'renew', outcome: 'ok', tokenId: first, deviceId: 'kiosk-7' })
    expect(audit.at(-1)?.issuedTokenId).toMatch(new RegExp(`^${first}~`))
    expect((await post('/api/token', { token: String(answer.body['token']) })).status).toBe(200)
  })

  test('answers a cookie with a cookie', async () => {
    const memory = openService()
    const cookie = pairOf(await cookieOf(memory))
    const answer = await memory.post('/api/renew', { cookie, origin: PAGE, body: {} })
    expect(answer.body).not.toHaveProperty('token')
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=2592000')
  })

  test('does not renew the JWT of another issuer', async () => {
    const { issuer, token } = await foreignToken()
    const { post } = openService({ issuers: [issuer] })
    expect(await post('/api/renew', { token })).toMatchObject({
      status: 401,
      body: {
        code: 'ERR_TOKEN_INVALID',
        detail: 'Another issuer issued the token, and only that issuer can renew it',
      },
    })
  })

  test('gives nothing after a revocation during the renewal', async () => {
    const memory = openService()
    const token = await memory.enroll()
    const save = memory.store.enrollments.saveSession
    Object.assign(memory.store.enrollments, {
      saveSession: async (session: Parameters<typeof save>[0]) => {
        await memory.revocations.revoke('kiosk-7')
        return save(session)
      },
    })
    expect((await memory.post('/api/renew', { token })).body).toMatchObject({ code: 'ERR_REVOKED' })
  })
})

test('GET /.well-known/jwks.json has the public keys', async () => {
  const { post, enroll } = openService()
  await enroll()
  const { status, body, headers } = await post('/.well-known/jwks.json', { method: 'GET' })
  expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=300'])
  const [key] = body['keys'] as Record<string, unknown>[]
  expect(Object.keys(key ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  expect(key).toMatchObject({ alg: 'ES256', crv: 'P-256', kty: 'EC', use: 'sig' })
})
