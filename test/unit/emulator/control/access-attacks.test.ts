import { describe, expect, test } from 'vitest'
import { type ControlRequest, decideAccess } from '../../../../emulator/src/control/decide-access.ts'

const NEAR = { secure: false, localAddress: '127.0.0.1', localPort: 10480, remoteAddress: '127.0.0.1' }
const FAR = { secure: false, localAddress: '172.17.0.2', localPort: 10480, remoteAddress: '172.17.0.1' }

function decide(request: Partial<ControlRequest>): string {
  const access = decideAccess(
    {
      method: 'GET',
      host: 'localhost:10480',
      origin: undefined,
      fetchSite: undefined,
      contentType: undefined,
      hasBody: false,
      socket: NEAR,
      ...request,
    },
    'Contoso.azure-devices.net',
  )
  return access.type === 'refused' ? `${access.status} ${access.reason}` : access.type
}

describe('decideAccess() against attacks', () => {
  test.each([
    'localhost',
    'localhost:10480',
    'LOCALHOST:10480',
    '127.0.0.1:10480',
    '127.9.9.9',
    '[::1]:10480',
    'contoso.azure-devices.net',
    'contoso.azure-devices.net:10480',
  ])('accepts the host %s as its own', (host) => expect(decide({ host })).toBe('open'))

  test.each([
    'evil.example',
    'evil.example:10480',
    'localhost.evil.example',
    'localhost:10481',
    'localhost:80',
    '127.0.0.1.nip.io:10480',
    '192.168.1.7:10480',
    '[::2]:10480',
    'user@localhost:10480',
    'localhost/:10480',
    'localhost:10480, evil.example',
    '',
    undefined,
  ])('refuses the host %s', (host) => expect(decide({ host })).toMatch(/^403 the /))

  test('accepts the address that the request reached, whatever the name of the hub', () => {
    expect(decide({ host: '172.17.0.2:10480', socket: FAR })).toBe('owner-only')
    expect(decide({ host: '172.17.0.2', socket: { ...FAR, localAddress: '::ffff:172.17.0.2' } })).toBe('owner-only')
  })

  test('accepts a client on another machine with a token, through a forwarded port', () => {
    expect(decide({ host: 'localhost:32768', socket: FAR })).toBe('owner-only')
    expect(decide({ host: 'evil.example:32768', socket: FAR })).toMatch(/^403 /)
  })

  test('recognizes an IPv4 address inside an IPv6 address', () => {
    expect(decide({ socket: { ...NEAR, remoteAddress: '::ffff:127.0.0.1' } })).toBe('open')
    expect(decide({ socket: { ...NEAR, remoteAddress: '::ffff:10.0.0.1' } })).toBe('owner-only')
  })

  test.each([
    ['http://localhost:10480', NEAR, 'open'],
    ['https://localhost:10480', { ...NEAR, secure: true }, 'open'],
    ['https://localhost:10480', NEAR, '403 the origin https://localhost:10480 is not the hub'],
    ['http://localhost:10480', { ...NEAR, secure: true }, '403 '],
    ['http://localhost:3000', NEAR, '403 '],
    ['http://127.0.0.1:10480', NEAR, '403 '],
    ['http://evil.example', NEAR, '403 '],
    ['null', NEAR, '403 '],
    ['', NEAR, '403 '],
  ])('answers the origin %s over %j with %s', (origin, socket, expected) => {
    expect(decide({ origin, socket }).startsWith(expected)).toBe(true)
  })

  test.each([
    ['same-origin', 'open'],
    ['none', 'open'],
    ['same-site', '403 '],
    ['cross-site', '403 '],
    ['', '403 '],
  ])('answers Sec-Fetch-Site %s with %s', (fetchSite, expected) => {
    expect(decide({ fetchSite }).startsWith(expected)).toBe(true)
  })

  test.each([
    ['POST', 'application/json', true, 'open'],
    ['POST', 'Application/JSON; charset=utf-8', true, 'open'],
    ['POST', 'text/plain', true, '415 '],
    ['POST', 'application/json-patch+json', true, '415 '],
    ['POST', 'text/plain; application/json', true, '415 '],
    ['POST', undefined, false, '415 '],
    ['PUT', 'application/x-www-form-urlencoded', true, '415 '],
    ['DELETE', undefined, false, 'open'],
    ['DELETE', 'text/plain', true, '415 '],
    ['WHATEVER', undefined, false, '415 '],
    ['HEAD', undefined, false, 'open'],
  ])('answers a %s of %s (%s) with %s', (method, contentType, hasBody, expected) => {
    expect(decide({ method, contentType, hasBody }).startsWith(expected)).toBe(true)
  })

  test('accepts the default port of the scheme', () => {
    const socket = { ...NEAR, secure: true, localPort: 443 }
    expect(decide({ host: 'localhost', origin: 'https://localhost', socket })).toBe('open')
    expect(decide({ host: 'localhost:443', origin: 'https://localhost', socket })).toBe('open')
    expect(decide({ host: 'localhost:444', socket })).toMatch(/^403 /)
  })
})
