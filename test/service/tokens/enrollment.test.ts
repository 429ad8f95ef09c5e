import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderStore } from '../../../service/src/runtime/folder/folder-store.ts'
import { openEnrollment } from '../../../service/src/tokens/index.ts'
import { type Fixture, useFixtures } from './fixture.ts'

const DAY = 24 * 60 * 60 * 1000
const startFixture = useFixtures()
let fixture: Fixture
beforeEach(async () => {
  fixture = await startFixture()
})
afterEach(() => fixture.close())

async function codeFor(deviceId = 'device1', lifetimeInSeconds = 60): Promise<string> {
  return fixture.secret((await fixture.enrollment.codes.make(deviceId, lifetimeInSeconds)).code)
}

describe('POST /api/enroll', () => {
  it("POST /api/enroll turns a one-time code into its device's JWT", async () => {
    const { status, body } = await fixture.post('/api/enroll', { body: { code: await codeFor('kiosk-7') } })
    expect(status).toBe(201)
    const { token, ...rest } = body
    const expiresAt = rest['expiresAt'] as number
    expect(rest).toEqual({
      expiresAt,
      hostName: 'localhost',
      deviceId: 'kiosk-7',
      endpoint: `ws://localhost:${fixture.hub.plainPort}`,
    })
    expect(Math.abs(expiresAt - Date.now() - 30 * DAY)).toBeLessThan(60_000)
    expect(decodeJwt(String(token))).toMatchObject({ iss: 'hubtwin-service', sub: 'kiosk-7', exp: expiresAt / 1000 })
    const answer = await fixture.post('/api/token', { token: String(token) })
    expect(answer).toMatchObject({ status: 200, body: { deviceId: 'kiosk-7' } })
  })

  it('POST /api/enrol, the older spelling, enrolls too', async () => {
    const { status, body } = await fixture.post('/api/enrol', { body: { code: await codeFor() } })
    expect(status).toBe(201)
    expect(fixture.audit.at(-1)).toMatchObject({ event: 'enroll', outcome: 'ok' })
    expect((await fixture.post('/api/token', { token: String(body['token']) })).status).toBe(200)
  })

  it('POST /api/enroll accepts a code once', async () => {
    const code = await codeFor()
    expect((await fixture.post('/api/enroll', { body: { code } })).status).toBe(201)
    const again = await fixture.post('/api/enroll', { body: { code } })
    expect(again).toMatchObject({ status: 403, body: { code: 'ERR_CODE' } })
  })

  it('POST /api/enroll gives a single JWT to fifty clients with the same code at the same time', async () => {
    const code = await codeFor()
    const answers = await Promise.all(Array.from({ length: 50 }, () => fixture.post('/api/enroll', { body: { code } })))
    const count = (status: number): number => answers.filter((answer) => answer.status === status).length
    expect([count(201), count(403)]).toEqual([1, 49])
  })

  it('POST /api/enroll accepts a code until it expires', async () => {
    const [early, late] = [await codeFor('device1', 60), await codeFor('device1', 60)]
    fixture.clockOffsetInMs = 59_000
    expect((await fixture.post('/api/enroll', { body: { code: early } })).status).toBe(201)
    fixture.clockOffsetInMs = 61_000
    expect((await fixture.post('/api/enroll', { body: { code: late } })).body['code']).toBe('ERR_CODE')
  })

  it('POST /api/enroll reads a code as people write it', async () => {
    const write = [
      (code: string) => code.toLowerCase(),
      (code: string) => code.replaceAll('-', ' '),
      (code: string) => code.replaceAll('0', 'O').replaceAll('1', 'l'),
    ]
    for (const each of write) {
      const code = fixture.secret(each(await codeFor()))
      expect((await fixture.post('/api/enroll', { body: { code } })).status).toBe(201)
    }
  })

  it.each([
    ['a code that is none', { code: 'AAAA-AAAA-AAAA' }, 403, 'ERR_CODE'],
    ['a code of the wrong length', { code: 'AAAA' }, 403, 'ERR_CODE'],
    ['a code that is a path', { code: '../signing-keys.json' }, 403, 'ERR_CODE'],
    ['a code that is a number', { code: 7 }, 400, 'ERR_BAD_REQUEST'],
    ['a code that is a list', { code: ['AAAA-AAAA-AAAA'] }, 400, 'ERR_BAD_REQUEST'],
    ['no code', {}, 400, 'ERR_BAD_REQUEST'],
    ['a cookie that is a text', { code: 'AAAA-AAAA-AAAA', cookie: 'yes' }, 400, 'ERR_BAD_REQUEST'],
    ['a list', [], 400, 'ERR_BAD_REQUEST'],
    ['null', 'null', 400, 'ERR_BAD_REQUEST'],
    ['half of JSON', '{"code":', 400, 'ERR_BAD_REQUEST'],
    ['a thousand brackets', '['.repeat(1000), 400, 'ERR_BAD_REQUEST'],
    ['a prototype', '{"__proto__":{"code":"AAAA-AAAA-AAAA"}}', 400, 'ERR_BAD_REQUEST'],
  ])('POST /api/enroll refuses %s', async (_, body, status, code) => {
    expect(await fixture.post('/api/enroll', { body })).toMatchObject({ status, body: { code } })
  })

  it('POST /api/enroll stores no code: its folder holds hashes, which only its owner can read', async () => {
    const code = await codeFor()
    await fixture.enroll()
    const names = await readdir(fixture.folder, { recursive: true })
    expect(names.filter((name) => name.startsWith('codes/'))).toEqual([
      expect.stringMatching(/^codes\/[0-9a-f]{64}\.json$/),
    ])
    for (const name of names) {
      const path = join(fixture.folder, name)
      const info = await stat(path)
      expect([name, (info.mode & 0o777).toString(8)]).toEqual([name, info.isDirectory() ? '700' : '600'])
      if (info.isFile())
        expect(await readFile(path, 'utf8')).not.toMatch(new RegExp(`${code}|${code.replaceAll('-', '')}`))
      expect(name).not.toContain(code.replaceAll('-', ''))
    }
  })
})

describe('the cookie of a page', () => {
  it('the cookie of a page holds the JWT out of reach of scripts, and the response does not hold it', async () => {
    const answer = await fixture.post('/api/enroll', {
      body: { code: await codeFor(), cookie: true },
      origin: fixture.origin,
    })
    expect(answer).toMatchObject({ status: 201, body: { deviceId: 'device1', hostName: 'localhost' } })
    expect(answer.body).not.toHaveProperty('token')
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^hubtwin=[^;]+; Max-Age=(2592000|259199\d); Path=\/; HttpOnly; SameSite=Strict$/)
    expect(answer.headers.getSetCookie()).toHaveLength(1)
  })

  it('the cookie of a page is Secure and __Host- if the page uses https', async () => {
    const origin = 'https://kiosk.example'
    const headers = { 'x-forwarded-proto': 'https' }
    const answer = await fixture.post('/api/enroll', { body: { code: await codeFor(), cookie: true }, origin, headers })
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(
      /^__Host-hubtwin=[^;]+; Max-Age=(2592000|259199\d); Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    const session = fixture.secret(/=([^;]+)/.exec(cookie)?.[1] ?? '')
    const ask = (name: string): ReturnType<Fixture['post']> =>
      fixture.post('/api/token', { body: {}, origin, headers: { ...headers, cookie: `${name}=${session}` } })
    expect((await ask('__Host-hubtwin')).status).toBe(200)
    expect((await ask('hubtwin')).body['code']).toBe('ERR_NO_TOKEN')
  })

  it('the cookie of a page gets a password only with JSON from an allowed origin', async () => {
    const cookie = await fixture.enrolPage('kiosk-7')
    const ask = async (request: Parameters<Fixture['post']>[1]): Promise<unknown[]> => {
      const { status, body } = await fixture.post('/api/token', { cookie, ...request })
      return [status, body['code'] ?? body['deviceId']]
    }
    const { origin } = fixture
    expect(await ask({ origin, body: {} })).toEqual([200, 'kiosk-7'])
    expect(await ask({ body: {} })).toEqual([401, 'ERR_NO_TOKEN'])
    expect(await ask({ origin: 'https://evil.example', body: {} })).toEqual([403, 'ERR_ORIGIN'])
    expect(await ask({ origin: 'null', body: {} })).toEqual([403, 'ERR_ORIGIN'])
    expect(await ask({ origin: `${origin}.evil.example`, body: {} })).toEqual([403, 'ERR_ORIGIN'])
    expect(await ask({ origin })).toEqual([415, 'ERR_CONTENT_TYPE'])
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'text/plain; application/json',
    ])
      expect(await ask({ origin, body: '{}', headers: { 'content-type': type } })).toEqual([415, 'ERR_CONTENT_TYPE'])
    expect(await ask({ origin, body: '{}', headers: { 'content-type': 'Application/JSON; charset=utf-8' } })).toEqual([
      200,
      'kiosk-7',
    ])
  })

  it('the cookie of a page goes only to a page, and the code stays valid after a refusal', async () => {
    const code = await codeFor()
    const { origin } = fixture
    const ask = async (request: Parameters<Fixture['post']>[1]): Promise<unknown[]> => {
      const { status, body } = await fixture.post('/api/enroll', { body: { code, cookie: true }, ...request })
      return [status, body['code']]
    }
    expect(await ask({})).toEqual([403, 'ERR_ORIGIN'])
    expect(await ask({ origin: 'http://evil.example' })).toEqual([403, 'ERR_ORIGIN'])
    expect((await ask({ origin }))[0]).toBe(201)
  })

  it('the cookie of a page is renewed with a password after half of its lifetime, for months', async () => {
    let cookie = await fixture.enrolPage()
    const ask = (): ReturnType<Fixture['post']> =>
      fixture.post('/api/token', { cookie, origin: fixture.origin, body: {} })
    expect((await ask()).headers.get('set-cookie')).toBeNull()
    for (let month = 1; month <= 6; month += 1) {
      fixture.clockOffsetInMs += 16 * DAY
      const answer = await ask()
      expect(answer.status).toBe(200)
      cookie = fixture.secret(/^hubtwin=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '')
      expect((await ask()).headers.get('set-cookie')).toBeNull()
    }
    fixture.clockOffsetInMs += 31 * DAY
    expect(await ask()).toMatchObject({ status: 401, body: { code: 'ERR_TOKEN_EXPIRED' } })
  })
})

describe('POST /api/renew', () => {
  it('POST /api/renew exchanges a valid JWT for another', async () => {
    const token = await fixture.enroll()
    fixture.clockOffsetInMs = 20 * DAY
    const { status, body } = await fixture.post('/api/renew', { token })
    expect(status).toBe(200)
    expect((body['expiresAt'] as number) - Date.now()).toBeGreaterThan(49 * DAY)
    fixture.clockOffsetInMs = 40 * DAY
    expect((await fixture.post('/api/token', { token })).body['code']).toBe('ERR_TOKEN_EXPIRED')
    expect((await fixture.post('/api/token', { token: String(body['token']) })).status).toBe(200)
    expect((await fixture.post('/api/renew', { token })).body['code']).toBe('ERR_TOKEN_EXPIRED')
  })

  it('POST /api/renew answers a cookie only with a cookie', async () => {
    const answer = await fixture.post('/api/renew', {
      cookie: await fixture.enrolPage(),
      origin: fixture.origin,
      body: {},
    })
    expect(answer.status).toBe(200)
    expect(answer.body).not.toHaveProperty('token')
    fixture.secret(/^hubtwin=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '')
  })
})

describe('a revocation', () => {
  it('a revocation ends a JWT and its renewal from the next request on', async () => {
    const [token, other] = [await fixture.enroll('device1'), await fixture.enroll('kiosk-7')]
    expect((await fixture.post('/api/token', { token })).status).toBe(200)
    await fixture.revocations.revoke('device1')
    for (const path of ['/api/token', '/api/renew'])
      expect(await fixture.post(path, { token })).toMatchObject({ status: 403, body: { code: 'ERR_REVOKED' } })
    expect((await fixture.post('/api/token', { token: other })).status).toBe(200)
    fixture.clockOffsetInMs = 2
    expect((await fixture.post('/api/token', { token: await fixture.enroll('device1') })).status).toBe(200)
  })

  it('a revocation may be a handwritten line for a device or a JWT, with comments', async () => {
    const [first, second] = [await fixture.enroll('device1'), await fixture.enroll('device1')]
    const status = async (token: string): Promise<number> => (await fixture.post('/api/token', { token })).status
    const lines = (text: string): Promise<void> => writeFile(join(fixture.folder, 'revoked.txt'), text)
    await lines(`# lost in the train\n${decodeJwt(first).jti} # the first\n`)
    expect([await status(first), await status(second)]).toEqual([403, 200])
    await lines('\r\n  device1   # stolen\r\n')
    expect([await status(first), await status(second)]).toEqual([403, 403])
    expect((await fixture.post('/api/enroll', { body: { code: await codeFor('device1') } })).body['code']).toBe(
      'ERR_REVOKED',
    )
    await lines('device1 yesterday-ish')
    expect(await status(second)).toBe(403)
    await lines('device1 2026-01-01T00:00:00Z\n#device1\ndevice10\n')
    expect([await status(first), await status(second)]).toEqual([200, 200])
  })
})

describe('the signing keys', () => {
  it('the signing keys rotate by kid: the new key signs, and the old key verifies until all its JWTs have expired', async () => {
    const old = await fixture.enroll()
    await fixture.enrollment.keys.rotate()
    const young = await fixture.enroll()
    expect(decodeProtectedHeader(young).kid).not.toBe(decodeProtectedHeader(old).kid)
    const kids = async (): Promise<unknown[]> => {
      const { keys } = (await fixture.post('/.well-known/jwks.json', { method: 'GET' })).body as {
        keys: { kid: string }[]
      }
      return keys.map(({ kid }) => kid)
    }
    expect(await kids()).toEqual([decodeProtectedHeader(young).kid, decodeProtectedHeader(old).kid])
    for (const token of [old, young]) expect((await fixture.post('/api/token', { token })).status).toBe(200)
    fixture.clockOffsetInMs = 31 * DAY
    await fixture.enrollment.keys.rotate()
    expect(await kids()).toEqual([expect.any(String), decodeProtectedHeader(young).kid])
  })

  it('dropped signing keys invalidate everything that they signed', async () => {
    const token = await fixture.enroll()
    await fixture.enrollment.keys.rotate({ keepOld: false })
    expect((await fixture.post('/api/token', { token })).body['code']).toBe('ERR_TOKEN_INVALID')
  })

  it('the signing keys are published without their private part', async () => {
    await fixture.enroll()
    const { body, headers } = await fixture.post('/.well-known/jwks.json', { method: 'GET' })
    const [key] = body['keys'] as Record<string, unknown>[]
    expect(Object.keys(key ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    expect(headers.get('cache-control')).toBe('public, max-age=300')
  })

  it('the signing keys are a single key if two processes start at the same time', async () => {
    const opened = Array.from({ length: 20 }, () => openEnrollment(folderStore(join(fixture.folder, 'fresh'))))
    const tokens = await Promise.all(opened.map((enrollment) => enrollment.issue('device1')))
    expect(new Set(tokens.map(({ token }) => decodeProtectedHeader(token).kid)).size).toBe(1)
  })
})
