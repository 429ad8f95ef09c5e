import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Fixture, useFixtures } from './fixture.ts'
import { sendFrom, sendRaw } from './raw-http.ts'

const startFixture = useFixtures()
let fixture: Fixture
beforeEach(async () => {
  fixture = await startFixture()
})
afterEach(() => fixture.close())

/** Stricter limits than in the other tests. */
async function limitTo(limits: NonNullable<Parameters<typeof startFixture>[0]>['limits']): Promise<void> {
  await fixture.close()
  fixture = await startFixture({ limits: { perAddressPerMinute: 100_000, perSubjectPerMinute: 100_000, ...limits } })
}

describe('CORS', () => {
  const preflight = (origin: string, path = '/api/token'): ReturnType<Fixture['post']> =>
    fixture.post(path, {
      method: 'OPTIONS',
      origin,
      headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    })

  it('CORS allows a page of an allowed origin, with cookies', async () => {
    const { status, headers } = await preflight('https://kiosk.example')
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe('https://kiosk.example')
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('access-control-allow-methods')).toBe('POST')
    expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type')
    expect(headers.get('vary')).toContain('Origin')
    const answer = await fixture.post('/api/token', { origin: 'https://kiosk.example' })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, 'https://kiosk.example'])
    expect(answer.headers.get('vary')).toContain('Origin')
  })

  it.each([
    'https://evil.example',
    'https://kiosk.example.evil.example',
    'https://kiosk.example:444',
    'http://kiosk.example',
    'https://KIOSK.example',
    'https://kiosk.example/',
    'null',
    '*',
  ])('CORS allows a page of %s neither to send nor to read', async (origin) => {
    const token = await fixture.enroll()
    for (const answer of [await preflight(origin), await fixture.post('/api/token', { origin, token })]) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'ERR_ORIGIN' } })
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      expect(answer.headers.get('vary')).toContain('Origin')
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })
})

describe('the body', () => {
  it.each([
    ['in one piece', false],
    ['in pieces of unknown number', true],
  ])('a body that is too large is refused %s, and its code stays valid', async (_, chunked) => {
    const { code } = await fixture.enrollment.codes.make('device1', 60)
    const body = JSON.stringify({ code, padding: 'x'.repeat(100_000) })
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(body))
        controller.close()
      },
    })
    const init = chunked ? { body: stream, duplex: 'half' } : { body }
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${fixture.url}/api/enroll`, { method: 'POST', headers, ...init })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'ERR_BODY_TOO_LARGE' })
    expect((await fixture.post('/api/enroll', { body: { code } })).status).toBe(201)
  })

  it('a body that lies about its length does not block the service', async () => {
    const text = await sendRaw(
      fixture.port,
      `POST /api/enroll HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 5000000\r\n\r\n{}`,
    )
    expect(text).toMatch(/^HTTP\/1\.1 413 /)
  })
})

describe('the path', () => {
  it.each([
    ['GET', '/api/token', 405, 'ERR_METHOD'],
    ['PUT', '/api/enroll', 405, 'ERR_METHOD'],
    ['DELETE', '/api/renew', 405, 'ERR_METHOD'],
    ['POST', '/api/tokens', 404, 'ERR_NOT_FOUND'],
    ['POST', '/api/token/', 404, 'ERR_NOT_FOUND'],
    ['POST', '/api/../api/enroll/x', 404, 'ERR_NOT_FOUND'],
    ['GET', '/', 404, 'ERR_NOT_FOUND'],
    ['GET', '/signing-keys.json', 404, 'ERR_NOT_FOUND'],
    ['GET', '/.well-known/../../etc/passwd', 404, 'ERR_NOT_FOUND'],
  ])('the path %s %s gets %i', async (method, path, status, code) => {
    const answer = await fixture.post(path, { method })
    expect(answer).toMatchObject({ status, body: { code } })
    expect(answer.headers.get('allow')).toBe(status === 405 ? 'POST' : null)
  })
})

describe('the headers', () => {
  it('the headers of a request appear in no header of the response', async () => {
    const cookie = 'set-cookie: stolen=1'
    for (const line of [
      `origin: http://x\r\n${cookie}`,
      `origin: ${fixture.origin}%0d%0a${cookie}`,
      `authorization: Bearer x\r\n ${cookie}`,
      `host: evil.example`,
      `x-forwarded-host: evil.example`,
    ]) {
      const answer = await sendRaw(
        fixture.port,
        `POST /api/token HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${line}\r\n\r\n`,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 40[013] /)
      expect(answer.toLowerCase()).not.toMatch(/stolen|evil\.example/)
    }
  })

  it.each([
    ['a length and pieces', 'content-length: 5\r\ntransfer-encoding: chunked\r\n'],
    ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n'],
    ['a bare line feed', 'x: a\nauthorization: Bearer x\r\nbad header\r\n'],
    ['a NUL', 'x: a\0b\r\n'],
  ])('the headers with %s are not a request', async (_, lines) => {
    const answer = await sendRaw(fixture.port, `POST /api/token HTTP/1.1\r\nhost: localhost\r\n${lines}\r\nhello`)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('twenty kilobytes of headers are too many', async () => {
    const token = `Bearer ${'x'.repeat(20_000)}`
    const answer = await sendRaw(
      fixture.port,
      `POST /api/token HTTP/1.1\r\nhost: localhost\r\nauthorization: ${token}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('the headers cannot fake the transport: a page without TLS on another machine gets no cookie', async () => {
    const { code } = await fixture.enrollment.codes.make('device1', 60)
    const headers = { host: 'kiosk.example', origin: 'https://kiosk.example', 'content-type': 'application/json' }
    const body = JSON.stringify({ code, cookie: true })
    const answer = await sendFrom(fixture.port, '/api/enroll', { headers, body })
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([400, { code: 'ERR_BAD_REQUEST' }])
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect((await fixture.post('/api/enroll', { body: { code } })).status).toBe(201)
  })

  it('the last entry of a proxy header counts, which the proxy wrote', async () => {
    await fixture.post('/api/token', { headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.7' } })
    expect(fixture.audit.at(-1)).toMatchObject({ address: '203.0.113.7', outcome: 'ERR_NO_TOKEN' })
  })
})

describe('a rate limit', () => {
  it('a rate limit stops an address, says for how long, and does not affect another address', async () => {
    await limitTo({ perAddressPerMinute: 3 })
    const statuses: number[] = []
    for (let index = 0; index < 5; index += 1) statuses.push((await sendFrom(fixture.port, '/api/token')).status)
    expect(statuses).toEqual([401, 401, 401, 429, 429])
    const { headers, text } = await sendFrom(fixture.port, '/api/token')
    expect(JSON.parse(text)).toMatchObject({ code: 'ERR_RATE_LIMITED', status: 429 })
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
    expect((await sendFrom(fixture.port, '/api/token', { localAddress: '127.0.0.2' })).status).toBe(401)
    expect(fixture.audit.filter(({ outcome }) => outcome === 'ERR_RATE_LIMITED')).toHaveLength(1)
  })

  it.each([
    ['2001:db8::1', '2001:db8::2', 429],
    ['2001:db8:0:0:1::1', '2001:db8::ffff:2', 429],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', 401],
    ['::ffff:203.0.113.7', '203.0.113.7', 429],
  ])(
    'a rate limit takes an IPv6 network for one address: after %s, %s is answered with %i',
    async (first, second, status) => {
      await limitTo({ perAddressPerMinute: 1 })
      const from = async (address: string): Promise<number> =>
        (await fixture.post('/api/token', { headers: { 'x-forwarded-for': address } })).status
      expect([await from(first), await from(second)]).toEqual([401, status])
    },
  )

  it('a rate limit stops a device at any address, and no other device', async () => {
    await limitTo({ perSubjectPerMinute: 2 })
    const [token, other] = [await fixture.enroll('device1'), await fixture.enroll('kiosk-7')]
    const ask = async (by: string, address: string): Promise<number> =>
      (await fixture.post('/api/token', { token: by, headers: { 'x-forwarded-for': address } })).status
    expect([await ask(token, '203.0.113.1'), await ask(token, '203.0.113.2'), await ask(token, '203.0.113.3')]).toEqual(
      [200, 200, 429],
    )
    expect(await ask(other, '203.0.113.1')).toBe(200)
  })

  it('a rate limit stops a client that guesses codes, even if a guess is right', async () => {
    await limitTo({ wrongCodesPerHour: 10 })
    const { code } = await fixture.enrollment.codes.make('device1', 60)
    const guess = (body: object, address: string): ReturnType<Fixture['post']> =>
      fixture.post('/api/enroll', { body, headers: { 'x-forwarded-for': address } })
    const guesses = Array.from({ length: 30 }, (_, index) =>
      guess({ code: `AAAA-AAAA-${1000 + index}` }, '203.0.113.1'),
    )
    const statuses = (await Promise.all(guesses)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 403)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(20)
    const stopped = await guess({ code }, '203.0.113.1')
    expect(stopped.status).toBe(429)
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(3000)
    expect((await guess({ code }, '203.0.113.2')).status).toBe(201)
  })

  it('a rate limit does not count right codes: a shop enrolls twenty kiosks from one address', async () => {
    await limitTo({ wrongCodesPerHour: 10 })
    for (let index = 0; index < 20; index += 1) expect(await fixture.enroll()).not.toBe('undefined')
  })
})

describe('a flood', () => {
  it('a flood of two thousand requests over fifty sockets gets only 200, 401, or 429, and leaves the service unchanged', async () => {
    await limitTo({ perAddressPerMinute: 300 })
    const token = await fixture.enroll()
    const agent = new Agent({ keepAlive: true, maxSockets: 50 })
    const ask = (index: number): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = index % 2 === 0 ? { authorization: `Bearer ${token}` } : {}
        const outgoing = request({
          host: '127.0.0.1',
          port: fixture.port,
          path: '/api/token',
          method: 'POST',
          agent,
          headers,
        })
        outgoing.once('error', reject)
        outgoing.once('response', (response) => {
          response.resume().once('end', () => resolve(response.statusCode ?? 0))
        })
        outgoing.end()
      })
    const statuses = await Promise.all(Array.from({ length: 2000 }, (_, index) => ask(index)))
    agent.destroy()
    const count = (status: number): number => statuses.filter((each) => each === status).length
    // The enrollment was one of the three hundred requests.
    expect([count(200) + count(401), count(429)]).toEqual([299, 1701])
    expect(fixture.audit.filter(({ outcome }) => outcome === 'ERR_RATE_LIMITED')).toHaveLength(1)
    const other = await fixture.post('/api/token', { token, headers: { 'x-forwarded-for': '203.0.113.9' } })
    expect(other.status).toBe(200)
  })

  it('a flood of silent or half-finished sockets is disconnected while others get responses', async () => {
    const halves = [
      '',
      'POST /api/token HTTP/1.1\r\nhost: local',
      'POST /api/enroll HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n{',
    ]
    const closed = Array.from({ length: 60 }, (_, index) => {
      const socket = connect(fixture.port, '127.0.0.1')
      const half = halves[index % halves.length] ?? ''
      if (half !== '') socket.write(half)
      socket.resume().on('error', () => undefined)
      return new Promise<void>((resolve) => socket.once('close', () => resolve()))
    })
    expect((await fixture.post('/api/token', { token: await fixture.enroll() })).status).toBe(200)
    await Promise.all(closed)
    expect((await fixture.post('/api/token', { token: await fixture.enroll() })).status).toBe(200)
  })
})
