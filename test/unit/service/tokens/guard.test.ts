import { describe, expect, test } from 'vitest'
import { openService, PAGE, START } from './memory-service.ts'

describe('every response', () => {
  test('has the headers that keep browsers from using it in another way', async () => {
    const { headers } = await openService().post('/api/token')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(headers.get('strict-transport-security')).toBeNull()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('of a path that does not exist says so', async () => {
    const { post, audit } = openService()
    const answer = await post('/elsewhere')
    expect(answer).toMatchObject({ status: 404, body: { code: 'ERR_NOT_FOUND', detail: 'This path does not exist' } })
    expect(audit).toEqual([])
  })

  test.each(['/api/token', '/api/enroll', '/api/enrol', '/api/renew'])('of %s accepts POST only', async (path) => {
    const { post } = openService()
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect(await post(path, { method })).toMatchObject({
        status: 405,
        body: { code: 'ERR_METHOD', detail: 'This path accepts POST' },
      })
  })
})

describe('CORS', () => {
  test('allows the pages of an allowed origin', async () => {
    const { post } = openService()
    const preflight = await post('/api/token', {
      method: 'OPTIONS',
      origin: PAGE,
      headers: { 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(204)
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '600',
    })
    const { headers } = await post('/api/token', { origin: PAGE })
    expect(headers.get('access-control-allow-origin')).toBe(PAGE)
    expect(headers.get('access-control-expose-headers')).toBe('retry-after')
  })

  test('refuses the pages of any other origin, and logs them', async () => {
    const { post, audit, failures } = openService()
    const answer = await post('/api/token', { origin: 'https://evil.example', peer: { address: '203.0.113.7' } })
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'ERR_ORIGIN', detail: 'Pages of this origin may not use this service' },
    })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(answer.headers.get('vary')).toContain('Origin')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(failures).toEqual([])
    expect(audit).toStrictEqual([
      { time: new Date(START).toISOString(), event: 'token', outcome: 'ERR_ORIGIN', address: '203.0.113.7' },
    ])
  })
})

describe('the log', () => {
  test('has the reason that the client does not get', async () => {
    const { post, audit } = openService()
    expect((await post('/api/token', { token: 'nonsense' })).body).not.toHaveProperty('reason')
    expect(audit).toMatchObject([{ event: 'token', outcome: 'ERR_TOKEN_INVALID', reason: 'not a JWT' }])
  })

  test('has the first refusal of a flood only', async () => {
    const { post, audit } = openService({ limits: { perAddressPerMinute: 1 } })
    const statuses: number[] = []
    for (let count = 0; count < 4; count++) statuses.push((await post('/api/token')).status)
    expect(statuses).toEqual([401, 429, 429, 429])
    expect(audit.map(({ outcome }) => outcome)).toEqual(['ERR_NO_TOKEN', 'ERR_RATE_LIMITED'])
  })

  test('has requests to other paths as requests, and no successful preflight', async () => {
    const { post, audit } = openService()
    await post('/api/elsewhere', { origin: 'https://evil.example' })
    await post('/api/token', { method: 'OPTIONS', origin: PAGE })
    expect(audit.map(({ event, outcome }) => [event, outcome])).toEqual([['request', 'ERR_ORIGIN']])
  })

  test('has the name of an internal failure, and never its message', async () => {
    const failure = new RangeError('a secret')
    const { post, enroll, audit, failures } = openService({ sas: () => Promise.reject(failure) })
    const answer = await post('/api/token', { token: await enroll() })
    expect(answer).toMatchObject({ status: 500, body: { code: 'ERR_INTERNAL', detail: 'The service failed' } })
    expect(audit.at(-1)).toMatchObject({ outcome: 'ERR_INTERNAL', reason: 'RangeError', deviceId: 'kiosk-7' })
    expect(failures).toEqual([failure])
    expect(JSON.stringify([answer.body, audit])).not.toContain('secret')
  })
})
