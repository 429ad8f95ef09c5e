import { describe, expect, test } from 'vitest'
import { createTokenService } from '../../../../service/src/tokens/index.ts'
import { foreignToken, HOUR_IN_MS, openService, PAGE, START } from './memory-service.ts'

const PASSWORD = {
  password: 'password of kiosk-7',
  expiresAt: START + HOUR_IN_MS,
  hostName: 'contoso.azure-devices.net',
  deviceId: 'kiosk-7',
}

describe('POST /api/token', () => {
  test('gives the password of the device, and logs it', async () => {
    const { enroll, post, audit, failures } = openService()
    const token = await enroll()
    const answer = await post('/api/token', { token, peer: { address: '203.0.113.7:40001' } })
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body).toEqual(PASSWORD)
    expect(answer.headers.get('set-cookie')).toBeNull()
    const { tokenId, ...event } = audit.at(-1) ?? { tokenId: undefined }
    expect(event).toEqual({
      time: new Date(START).toISOString(),
      event: 'token',
      outcome: 'ok',
      address: '203.0.113.7',
      issuer: 'hubtwin-service',
      subject: 'kiosk-7',
      deviceId: 'kiosk-7',
    })
    expect(tokenId).toBe(audit[0]?.issuedTokenId)
    expect(failures).toEqual([])
  })

  test('adds the endpoint of the hub', async () => {
    const hub = { hostName: 'contoso.azure-devices.net', endpoint: 'wss://gateway.example' }
    const { enroll, post } = openService({ hub })
    expect((await post('/api/token', { token: await enroll() })).body).toEqual({ ...PASSWORD, ...hub })
  })

  test('answers a request for another device with ERR_OTHER_DEVICE', async () => {
    const { enroll, post } = openService()
    const token = await enroll()
    expect((await post('/api/token', { token, body: { deviceId: 'kiosk-7' } })).status).toBe(200)
    const other = await post('/api/token', { token, body: { deviceId: 'kiosk-8' } })
    expect(other.body).toMatchObject({
      code: 'ERR_OTHER_DEVICE',
      detail: 'The token is for a device other than the request names',
    })
  })

  const noToken = 'The request has no token: send Authorization: Bearer …, or the cookie from a page'
  test.each([
    [{}, 401, 'ERR_NO_TOKEN', noToken],
    [{ authorization: 'Basic dXNlcg==' }, 401, 'ERR_NO_TOKEN', noToken],
    [{ authorization: 'xBearer a' }, 401, 'ERR_NO_TOKEN', noToken],
    [{ authorization: 'Bearer a b' }, 401, 'ERR_NO_TOKEN', noToken],
    [{ authorization: 'Bearera' }, 401, 'ERR_NO_TOKEN', noToken],
    [{ authorization: 'bearer   nonsense' }, 401, 'ERR_TOKEN_INVALID', expect.any(String) as string],
    [{ cookie: '__Host-hubtwin=x' }, 401, 'ERR_NO_TOKEN', noToken],
    [
      { cookie: '__Host-hubtwin=x', origin: PAGE },
      415,
      'ERR_CONTENT_TYPE',
      'A request with a cookie must be application/json',
    ],
    [{ cookie: 'hubtwin=x', origin: PAGE, 'content-type': 'application/json' }, 401, 'ERR_NO_TOKEN', noToken],
    [
      { cookie: '__Host-hubtwin=x', origin: PAGE, 'content-type': 'application/json' },
      401,
      'ERR_TOKEN_INVALID',
      expect.any(String) as string,
    ],
  ])('with the headers %j answers %i', async (headers, status, code, detail) => {
    expect(await openService().post('/api/token', { headers })).toMatchObject({ status, body: { code, detail } })
  })

  test('refuses a subject that has no device, or that is no device ID', async () => {
    for (const [deviceOf, detail, reason] of [
      [() => undefined, 'The token belongs to no device', undefined],
      [async () => 'a/b', 'The name in the token cannot be a device ID', 'not a device ID'],
    ] as const) {
      const { enroll, post, audit } = openService({ deviceOf })
      const answer = await post('/api/token', { token: await enroll() })
      expect(answer.body).toMatchObject({ code: 'ERR_NO_DEVICE', detail })
      expect(audit.at(-1)).toMatchObject({ outcome: 'ERR_NO_DEVICE', subject: 'kiosk-7' })
      expect(audit.at(-1)?.reason).toBe(reason)
    }
  })

  test('counts requests by subject', async () => {
    const { enroll, post } = openService({ limits: { perSubjectPerMinute: 1 } })
    const [first, second] = [await enroll('kiosk-7'), await enroll('kiosk-8')]
    expect((await post('/api/token', { token: first })).status).toBe(200)
    expect((await post('/api/token', { token: second })).status).toBe(200)
    expect((await post('/api/token', { token: first })).body).toMatchObject({ code: 'ERR_RATE_LIMITED' })
  })

  test('refuses a revoked device before it signs, and after', async () => {
    const asked: string[] = []
    const sas = async (deviceId: string): Promise<{ password: string; expiresAt: number }> => {
      asked.push(deviceId)
      return { password: 'p', expiresAt: 0 }
    }
    const { enroll, post, revocations } = openService({ sas })
    const token = await enroll()
    await revocations.revoke('kiosk-7')
    const refusal = { status: 403, body: { code: 'ERR_REVOKED', detail: 'The device or its token was revoked' } }
    expect(await post('/api/token', { token })).toMatchObject(refusal)
    expect(asked).toEqual([])

    const racing = openService({
      sas: async () => {
        await racing.revocations.revoke('kiosk-7')
        return { password: 'p', expiresAt: 0 }
      },
    })
    expect(await racing.post('/api/token', { token: await racing.enroll() })).toMatchObject(refusal)
  })

  test('refuses a subject that belongs to another device after the last wait', async () => {
    let deviceId = 'kiosk-7'
    const { enroll, post } = openService({
      deviceOf: () => deviceId,
      sas: async () => {
        deviceId = 'kiosk-8'
        return { password: 'p', expiresAt: 0 }
      },
    })
    expect(await post('/api/token', { token: await enroll() })).toMatchObject({
      status: 403,
      body: { code: 'ERR_NO_DEVICE', detail: 'The token now belongs to another device' },
    })
  })

  test('renews no JWT in a header, however old', async () => {
    const { enroll, post, clock, audit } = openService()
    const token = await enroll()
    clock.now += 20 * 24 * HOUR_IN_MS
    const answer = await post('/api/token', { token })
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null])
    expect(audit.at(-1)).not.toHaveProperty('issuedTokenId')
  })

  test('renews no cookie of another issuer', async () => {
    const { issuer, token } = await foreignToken()
    for (const more of [{}, { enrollment: undefined }]) {
      const { post, clock } = openService({ issuers: [issuer], ...more })
      clock.now += HOUR_IN_MS - 1000
      const answer = await post('/api/token', { cookie: `__Host-hubtwin=${token}`, origin: PAGE, body: {} })
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null])
    }
  })

  test('without an origin over http has no token', async () => {
    const answer = await openService().post('/api/token', { base: 'http://localhost:8787', cookie: 'hubtwin=x' })
    expect(answer.body).toMatchObject({ code: 'ERR_NO_TOKEN' })
  })

  test('remembers the device before the answer', async () => {
    const remembered: unknown[] = []
    const remember = async ({ subject }: { subject: string }, deviceId: string): Promise<void> =>
      void remembered.push([subject, deviceId])
    const { enroll, post } = openService({ remember })
    await post('/api/token', { token: await enroll() })
    expect(remembered).toEqual([['kiosk-7', 'kiosk-7']])
  })
})

describe('a token service without options', () => {
  test('has no paths of an enrollment, accepts no page, and answers other paths with 404', async () => {
    const sas = (): Promise<never> => Promise.reject(new Error('never asked'))
    const service = createTokenService({ hub: { hostName: 'localhost' }, sas })
    const ask = async (path: string, method = 'POST', headers = {}): Promise<unknown> =>
      (
        (await (await service.fetch(new Request(`https://t.example${path}`, { method, headers }))).json()) as {
          code: unknown
        }
      ).code
    expect(await ask('/api/token')).toBe('ERR_NO_TOKEN')
    expect(await ask('/api/token', 'GET')).toBe('ERR_METHOD')
    expect(await ask('/api/token', 'POST', { origin: PAGE })).toBe('ERR_ORIGIN')
    for (const path of ['/api/enroll', '/api/enrol', '/api/renew', '/', '/.well-known/jwks.json'])
      expect([path, await ask(path), await ask(path, 'GET')]).toEqual([path, 'ERR_NOT_FOUND', 'ERR_NOT_FOUND'])
  })

  test('treats no JWT as revoked', async () => {
    const { enroll, post } = openService({ isRevoked: undefined })
    expect((await post('/api/token', { token: await enroll() })).status).toBe(200)
  })
})
