import { afterEach, describe, expect, it } from 'vitest'
import { createTokenService } from '../../../service/src/tokens/index.ts'
import { type Fixture, useFixtures } from './fixture.ts'
import { sendFrom } from './raw-http.ts'

const startFixture = useFixtures()
let fixture: Fixture | undefined
afterEach(async () => {
  await fixture?.close()
  fixture = undefined
})

function openFor(origin: string): ReturnType<typeof createTokenService> {
  const sas = (): Promise<never> => Promise.reject(new Error('never asked'))
  return createTokenService({ hub: { hostName: 'localhost' }, sas, origins: [origin] })
}

describe('an origin', () => {
  it.each([
    'https://kiosk.example',
    'https://kiosk.example:8443',
    'https://[2001:db8::7]',
    'http://localhost:5173',
    'http://127.0.0.1:8787',
    'http://[::1]:8787',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'app://kiosk',
    'chrome-extension://abcdefghijklmnop',
  ])('an origin may be %s, and its page can use the service', async (origin) => {
    const answer = await openFor(origin).fetch(
      new Request('https://tokens.example/api/token', { method: 'POST', headers: { origin } }),
    )
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, origin])
  })

  it.each<[origin: string, message: RegExp]>([
    ['https://*.example.com', /"https:\/\/\*\.example\.com"; wildcards never match/],
    ['*', /wildcards never match/],
    ['http://kiosk.example', /"http:\/\/kiosk\.example" without TLS; http is only for this machine/],
    ['http://192.168.1.20:5173', /without TLS/],
    ['http://localhost.evil.example', /without TLS/],
    ['https://kiosk.example/', /expected an origin such as/],
    ['https://kiosk.example/path', /expected an origin such as/],
    ['https://KIOSK.example', /expected an origin such as/],
    ['https://kiosk.example:443', /expected an origin such as/],
    ['https://user@kiosk.example', /expected an origin such as/],
    ['capacitor://localhost/', /expected an origin such as/],
    ['capacitor://', /expected an origin such as/],
    ['capacitor:localhost', /expected an origin such as/],
    ['wss://kiosk.example', /expected an origin such as/],
    ['file:///kiosk.html', /expected an origin such as/],
    ['kiosk.example', /expected an origin such as/],
    ['null', /expected an origin such as/],
    ['', /expected an origin such as/],
  ])('an origin %j is refused at startup', (origin, message) => {
    expect(() => openFor(origin)).toThrow(TypeError)
    expect(() => openFor(origin)).toThrow(message)
  })
})

describe('the cookie', () => {
  it.each([
    ['https://kiosk.example', 'localhost:8787', true],
    ['https://kiosk.example', 'kiosk.example', true],
    ['http://localhost:8787', 'localhost:8787', false],
  ])('the cookie for a page of %s with the Host %s has Secure: %s', async (origin, host, isSecure) => {
    fixture = await startFixture()
    const { enrollment } = fixture
    const { hub } = { hub: { hostName: 'localhost' } }
    const sas = async (): Promise<{ password: string; expiresAt: number }> => ({ password: 'made-up', expiresAt: 0 })
    const service = createTokenService({ hub, sas, enrollment, origins: [origin] })
    const headers = { origin, 'content-type': 'application/json' }
    const { code } = await enrollment.codes.make('device1', 60)
    const body = JSON.stringify({ code, cookie: true })
    const answer = await service.fetch(new Request(`http://${host}/api/enroll`, { method: 'POST', headers, body }))
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect([answer.status, /; Secure/.test(cookie), cookie.startsWith('__Host-')]).toEqual([201, isSecure, isSecure])
    const session = { ...headers, cookie: cookie.split(';')[0] ?? '' }
    const token = new Request(`http://${host}/api/token`, { method: 'POST', headers: session, body: '{}' })
    expect((await service.fetch(token)).status).toBe(200)
  })

  it('the cookie does not go to a page of this machine that uses http to another machine', async () => {
    fixture = await startFixture()
    const { code } = await fixture.enrollment.codes.make('device1', 60)
    const headers = { host: 'tokens.example', origin: fixture.origin, 'content-type': 'application/json' }
    const body = JSON.stringify({ code, cookie: true })
    const answer = await sendFrom(fixture.port, '/api/enroll', { headers, body })
    expect([answer.status, answer.headers['set-cookie']]).toEqual([400, undefined])
  })
})

describe('X-Forwarded-For', () => {
  it.each([
    ['203.0.113.7:40001', '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7:40001', '203.0.113.7'],
    ['[2001:db8::7]:40001', '2001:db8::7'],
    ['[2001:DB8:0::7]', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:40001', '203.0.113.7'],
    ['unknown', 'unknown'],
    ['203.0.113.700', 'unknown'],
    ['\u009b2J', 'unknown'],
  ])('X-Forwarded-For %j gives the address %s', async (text, address) => {
    fixture = await startFixture()
    await fixture.post('/api/token', { headers: { 'x-forwarded-for': text } })
    expect(fixture.audit.at(-1)).toMatchObject({ address })
  })

  it.each([
    ['a port', (index: number) => `203.0.113.7:${40_000 + index}`],
    ['brackets and a port', (index: number) => `[2001:db8::${index}]:${40_000 + index}`],
  ])('X-Forwarded-For with %s does not bypass the limit of wrong codes', async (_, addressOf) => {
    fixture = await startFixture({ limits: { wrongCodesPerHour: 10 } })
    const guess = async (index: number): Promise<number> => {
      const headers = { 'x-forwarded-for': addressOf(index) }
      return (await fixture?.post('/api/enroll', { body: { code: `AAAA-AAAA-${1000 + index}` }, headers }))?.status ?? 0
    }
    const statuses = await Promise.all(Array.from({ length: 30 }, (__, index) => guess(index)))
    expect(statuses.filter((status) => status === 429)).toHaveLength(20)
  })
})

describe('the limit of wrong codes', () => {
  it('the limit of wrong codes ignores text that is not shaped like a code, so a shop behind one address can enroll', async () => {
    fixture = await startFixture({ limits: { wrongCodesPerHour: 10 } })
    const { post, enrollment } = fixture
    for (const code of [
      '',
      'nonsense',
      'AAAA-AAAA',
      'AAAA-AAAA-AAAAA',
      'UUUU-UUUU-UUUU',
      'ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ',
      'x'.repeat(3000),
    ])
      for (let time = 0; time < 3; time += 1)
        expect(await post('/api/enroll', { body: { code } })).toMatchObject({ status: 403, body: { code: 'ERR_CODE' } })
    const { code } = await enrollment.codes.make('device1', 60)
    expect((await post('/api/enroll', { body: { code } })).status).toBe(201)
  })
})
