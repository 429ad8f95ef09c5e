import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { deviceKeysOf, openRegistry } from '../../../service/src/index.ts'
import { sasFromDeviceKey, type TokenServiceOptions } from '../../../service/src/tokens/index.ts'
import { type Fixture, useFixtures } from './fixture.ts'
import { makeKey, now, sign } from './forge.ts'

const DAY = 24 * 60 * 60 * 1000
const startFixture = useFixtures()
let fixture: Fixture
afterEach(() => fixture.close())

/** A service that also trusts `https://login.example`. */
async function startWithIssuer(
  options: Partial<TokenServiceOptions> = {},
): Promise<Awaited<ReturnType<typeof makeKey>>> {
  const key = await makeKey('key-1')
  const keys = async (): Promise<{ keys: [typeof key.publicJwk] }> => ({ keys: [key.publicJwk] })
  fixture = await startFixture({ issuers: [{ issuer: 'https://login.example', audience: 'fleet', keys }], ...options })
  return key
}

async function codeOf(token: string, path = '/api/token'): Promise<unknown> {
  const { status, body } = await fixture.post(path, { token })
  return status === 200 ? 200 : body['code']
}

describe('a request in progress', () => {
  it('a request in progress whose body arrives after a revocation gets no password and no cookie', async () => {
    fixture = await startFixture()
    const cookie = await fixture.enrolPage()
    fixture.clockOffsetInMs = 16 * DAY
    const answer = new Promise<[number | undefined, unknown]>((resolve, reject) => {
      const headers = { cookie: `hubtwin=${cookie}`, origin: fixture.origin, 'content-type': 'application/json' }
      const slow = request({ host: '127.0.0.1', port: fixture.port, path: '/api/token', method: 'POST', headers })
      slow.once('error', reject)
      slow.once('response', (response) => {
        response.resume()
        resolve([response.statusCode, response.headers['set-cookie']])
      })
      slow.setHeader('content-length', '2')
      slow.flushHeaders()
      void (async () => {
        // Any decision by the headers alone happens before these responses.
        for (let time = 0; time < 3; time += 1) await codeOf(await fixture.enroll('kiosk-7'))
        await fixture.revocations.revoke('device1')
        slow.end('{}')
      })()
    })
    expect(await answer).toEqual([403, undefined])
  })

  it.each([
    ["the policy's key", false],
    ["the device's key from the registry", true],
  ])('a request in progress that waits for %s gets nothing after a revocation', async (_, usesRegistry) => {
    const registry = (): ReturnType<typeof openRegistry> =>
      openRegistry(fixture.hub.connectionStrings.service({ plain: true }))
    fixture = await startFixture({
      sas: sasFromDeviceKey({ hostName: 'localhost' }, async (deviceId) => {
        const key = usesRegistry ? await deviceKeysOf(registry())(deviceId) : 'bWFkZS11cA=='
        await fixture.revocations.revoke(deviceId)
        return key
      }),
    })
    const cookie = await fixture.enrolPage()
    fixture.clockOffsetInMs = 16 * DAY
    const answer = await fixture.post('/api/token', { cookie, origin: fixture.origin, body: {} })
    expect(answer).toMatchObject({ status: 403, body: { code: 'ERR_REVOKED' } })
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  it('a request in progress gets nothing after the key of its JWT is dropped', async () => {
    fixture = await startFixture({
      sas: async () => {
        await fixture.enrollment.keys.rotate({ keepOld: false })
        return { password: 'made-up', expiresAt: 0 }
      },
    })
    const cookie = await fixture.enrolPage()
    fixture.clockOffsetInMs = 16 * DAY
    const answer = await fixture.post('/api/token', { cookie, origin: fixture.origin, body: {} })
    expect(answer).toMatchObject({ status: 401, body: { code: 'ERR_TOKEN_INVALID' } })
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  it('a request in progress gets nothing after its subject is mapped to another device', async () => {
    let device = 'device1'
    fixture = await startFixture({
      deviceOf: () => device,
      sas: async () => {
        device = 'kiosk-7'
        return { password: 'made-up', expiresAt: 0 }
      },
    })
    expect(await codeOf(await fixture.enroll())).toBe('ERR_NO_DEVICE')
  })

  it('a request in progress to POST /api/renew gives no JWT after a revocation', async () => {
    let isFirst = true
    fixture = await startFixture({
      async isRevoked(claims, deviceId) {
        const isRevoked = await fixture.revocations.isRevoked(claims, deviceId)
        if (claims.id !== undefined && isFirst) {
          isFirst = false
          await fixture.revocations.revoke('device1')
        }
        return isRevoked
      },
    })
    expect(await codeOf(await fixture.enroll(), '/api/renew')).toBe('ERR_REVOKED')
  })
})

describe('a renewal', () => {
  it('a renewal keeps the time of the first enrollment, so a later revocation ends it', async () => {
    fixture = await startFixture()
    const first = await fixture.enroll()
    fixture.clockOffsetInMs = 20 * DAY
    const second = String((await fixture.post('/api/renew', { token: first })).body['token'])
    fixture.clockOffsetInMs = 40 * DAY
    const third = String((await fixture.post('/api/renew', { token: second })).body['token'])
    expect(decodeJwt(third)['auth_time']).toBe(decodeJwt(first).iat)
    const afterEnrollment = new Date(Date.now() + DAY).toISOString()
    await writeFile(join(fixture.folder, 'revoked.txt'), `device1 ${afterEnrollment}\n`)
    expect([await codeOf(third), await codeOf(third, '/api/renew')]).toEqual(['ERR_REVOKED', 'ERR_REVOKED'])
  })

  it('a revocation of an enrollment ends its renewals by cookie', async () => {
    fixture = await startFixture()
    const cookie = await fixture.enrolPage()
    fixture.clockOffsetInMs = 16 * DAY
    const page = { origin: fixture.origin, body: {} }
    const answer = await fixture.post('/api/token', { ...page, cookie })
    const renewed = fixture.secret(/^hubtwin=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '')
    expect(fixture.audit.at(-1)?.issuedTokenId).toBe(decodeJwt(renewed).jti)
    await fixture.revocations.revoke(decodeJwt(cookie).jti ?? '')
    expect((await fixture.post('/api/token', { ...page, cookie: renewed })).body['code']).toBe('ERR_REVOKED')
  })

  it('a renewal has its own ID in the log, and each ID of an enrollment revokes the whole enrollment', async () => {
    for (const revoked of [0, 1, 2]) {
      fixture = await startFixture()
      const other = await fixture.enroll()
      const tokens = [await fixture.enroll()]
      for (let index = 0; index < 2; index += 1) {
        tokens.push(String((await fixture.post('/api/renew', { token: tokens[index] })).body['token']))
        const ids = [decodeJwt(tokens[index] ?? '').jti, decodeJwt(tokens[index + 1] ?? '').jti]
        expect(fixture.audit.at(-1)).toMatchObject({ event: 'renew', tokenId: ids[0], issuedTokenId: ids[1] })
      }
      const ids = tokens.map((token) => decodeJwt(token).jti ?? '')
      expect(new Set(ids).size).toBe(3)
      await fixture.revocations.revoke(ids[revoked] ?? '')
      expect(await Promise.all(tokens.map((token) => codeOf(token)))).toEqual(Array(3).fill('ERR_REVOKED'))
      expect(await codeOf(other)).toBe(200)
      if (revoked < 2) await fixture.close()
    }
  })

  it('an enrollment logs the ID of its JWT', async () => {
    fixture = await startFixture()
    const token = await fixture.enroll()
    expect(fixture.audit.at(-1)).toMatchObject({ event: 'enroll', issuedTokenId: decodeJwt(token).jti })
  })
})

describe('a revocation', () => {
  it.each(['alice@example.com', 'kiosk-7'])(
    'a revocation of %s ends the JWTs of the subject for that device',
    async (name) => {
      const key = await startWithIssuer({
        deviceOf: ({ subject }) => (subject === 'alice@example.com' ? 'kiosk-7' : subject),
      })
      const alice = await sign(key, { sub: 'alice@example.com', iat: now() - 60 })
      const other = await sign(key, { sub: 'device1', iat: now() - 60 })
      expect(await codeOf(alice)).toBe(200)
      await fixture.revocations.revoke(name)
      expect([await codeOf(alice), await codeOf(other)]).toEqual(['ERR_REVOKED', 200])
    },
  )

  it('a revocation ends earlier codes, and no later code', async () => {
    fixture = await startFixture()
    const before = await fixture.enrollment.codes.make('device1', 600)
    await fixture.revocations.revoke('device1')
    fixture.clockOffsetInMs = 2
    const after = await fixture.enrollment.codes.make('device1', 600)
    const enroll = async (code: string): Promise<unknown> => {
      const { status, body } = await fixture.post('/api/enroll', { body: { code } })
      return body['code'] ?? status
    }
    expect([await enroll(before.code), await enroll(after.code)]).toEqual(['ERR_REVOKED', 201])
  })

  it('a revocation also ends JWTs of an issuer whose clock is ahead, within the tolerance and beyond it', async () => {
    const key = await startWithIssuer()
    const [within, beyond] = await Promise.all([20, 40].map((ahead) => sign(key, { iat: now() + ahead })))
    expect([await codeOf(within ?? ''), await codeOf(beyond ?? '')]).toEqual([200, 'ERR_TOKEN_INVALID'])
    expect(fixture.audit.at(-1)?.reason).toBe('iat check_failed')
    fixture.clockOffsetInMs = 1000
    await fixture.revocations.revoke('device1')
    expect(await codeOf(within ?? '')).toBe('ERR_REVOKED')
    const later = await sign(key, { iat: now() + 40 })
    fixture.clockOffsetInMs = 40_000
    expect(await codeOf(later)).toBe(200)
  })

  it("a revocation compares the time of another issuer's sign-in, which a refreshed JWT keeps", async () => {
    const key = await startWithIssuer()
    const signedIn = now() - 3600
    await fixture.revocations.revoke('device1')
    fixture.clockOffsetInMs = 300_000
    const iat = now() + 300
    expect(await codeOf(await sign(key, { iat, exp: iat + 600, auth_time: signedIn }))).toBe('ERR_REVOKED')
    expect(await codeOf(await sign(key, { iat, exp: iat + 600, auth_time: iat + 3600 }))).toBe(200)
    expect(await codeOf(await sign(key, { iat, exp: iat + 600 }))).toBe(200)
  })
})

describe('revoked.txt', () => {
  const later = '2100-01-01T00:00:00Z'
  it.each<[line: string, isRevoked: boolean]>([
    ['device1 kiosk-7', true],
    ['device1 shop-12 broken screen', true],
    [`device1 ${new Date().toISOString().slice(0, 10)}`, true],
    ['device1 2020-01-01', true],
    ['device1 2020-01-01T00:00:00', true],
    ['device1 2020-01-01T00:00:00Z and more', true],
    ['device1 2020-13-01T00:00:00Z', true],
    ['device1 1577836800000', true],
    ['device1 1/1/2020', true],
    ['device1 Wed, 01 Jan 2020 00:00:00 GMT', true],
    [`device1 2020-01-01T00:00:00Z\ndevice1 ${later}`, true],
    [`device1 ${later}\ndevice1 2020-01-01T00:00:00Z`, true],
    ['kiosk-7\rdevice1', true],
    ['\uFEFFdevice1', true],
    ['device1 2020-01-01T00:00:00Z', false],
    ['device1 2020-01-01T00:00Z # no seconds', false],
    ['device1 2020-01-01T01:00:00.5+01:00', false],
    ['#device1', false],
    ['device10', false],
  ])('revoked.txt with the line %j gives: revoked is %s', async (line, isRevoked) => {
    fixture = await startFixture()
    await writeFile(join(fixture.folder, 'revoked.txt'), `${line}\n`)
    expect(await codeOf(await fixtureToken())).toBe(isRevoked ? 'ERR_REVOKED' : 200)
  })

  /** Signs a JWT directly, because the same line would refuse a code. */
  async function fixtureToken(): Promise<string> {
    return (await fixture.enrollment.issue('device1')).token
  }

  const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')
  it.each([
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16('# lost\r\ndevice1\r\n')])],
    [
      'UTF-16 of the other byte order',
      Buffer.concat([Buffer.from([0xfe, 0xff]), utf16('# ü\r\ndevice1\r\n').swap16()]),
    ],
    ['UTF-8 to which a shell appended UTF-16', Buffer.concat([Buffer.from('# lost\n'), utf16('device1\r\n')])],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFFdevice1 # lost\r\n')],
  ])('revoked.txt may be %s, and accepts another line', async (_, bytes) => {
    fixture = await startFixture()
    const tokens = [await fixtureToken(), (await fixture.enrollment.issue('kiosk-7')).token]
    await writeFile(join(fixture.folder, 'revoked.txt'), bytes)
    expect(await Promise.all(tokens.map((token) => codeOf(token)))).toEqual(['ERR_REVOKED', 200])
    await fixture.revocations.revoke('kiosk-7')
    expect(await Promise.all(tokens.map((token) => codeOf(token)))).toEqual(['ERR_REVOKED', 'ERR_REVOKED'])
  })
})
