import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { type ControlRequest, decideAccess } from '../../../emulator/src/control/decide-access.ts'
import { start } from '../../support/hub.ts'
import { keyOf, token } from '../../support/sas-token.ts'
import { within } from '../../support/waits.ts'

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

describe('decideAccess()', () => {
  test.each([
    'localhost',
    'localhost:10480',
    'LOCALHOST:10480',
    '127.0.0.1:10480',
    '127.9.9.9',
    '[::1]:10480',
    'contoso.azure-devices.net',
    'contoso.azure-devices.net:10480',
  ])('takes the host %s for its own', (host) => expect(decide({ host })).toBe('open'))

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
  ])('meets the origin %s with its own answer', (origin, socket, wanted) => {
    expect(decide({ origin, socket }).startsWith(wanted)).toBe(true)
  })

  test.each([
    ['same-origin', 'open'],
    ['none', 'open'],
    ['same-site', '403 '],
    ['cross-site', '403 '],
    ['', '403 '],
  ])('meets Sec-Fetch-Site %s with its own answer', (fetchSite, wanted) => {
    expect(decide({ fetchSite }).startsWith(wanted)).toBe(true)
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
  ])('meets a %s of %s with its own answer', (method, contentType, hasBody, wanted) => {
    expect(decide({ method, contentType, hasBody }).startsWith(wanted)).toBe(true)
  })

  test('accepts the default port of the scheme', () => {
    const socket = { ...NEAR, secure: true, localPort: 443 }
    expect(decide({ host: 'localhost', origin: 'https://localhost', socket })).toBe('open')
    expect(decide({ host: 'localhost:443', origin: 'https://localhost', socket })).toBe('open')
    expect(decide({ host: 'localhost:444', socket })).toMatch(/^403 /)
  })
})

/** An address of this machine in its network. A peer with this address is not on loopback. */
function farAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
}

describe('/hub/', () => {
  /** Uses node:http, because fetch() does not send the headers of a browser. */
  function ask(url: string, headers: OutgoingHttpHeaders = {}, options: object = {}): Promise<[number, string]> {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const answer = new Promise<[number, string]>((resolve, reject) => {
      const request = send(url, { headers, agent: false, ...options }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => (body += text))
        response.once('end', () => resolve([response.statusCode ?? 0, body]))
      })
      request.once('error', reject)
      request.end()
    })
    return within('an answer', answer)
  }

  test('accepts requests of this machine on both ports', async () => {
    const hub = await start()
    // The 404 shows that the client has access.
    expect((await ask(`${hub.endpoints.http}/hub/nothing`))[0]).toBe(404)
    const ca = { ca: hub.certificateAuthority }
    expect((await ask(`${hub.endpoints.https}/hub/nothing`, {}, ca))[0]).toBe(404)
    const own = { origin: hub.endpoints.https, 'sec-fetch-site': 'same-origin' }
    expect((await ask(`${hub.endpoints.https}/hub/nothing`, own, ca))[0]).toBe(404)
  })

  test('refuses other origins and rebound names with a reason', async () => {
    const hub = await start()
    const url = `${hub.endpoints.http}/hub/nothing`
    for (const headers of [
      { host: `evil.example:${hub.plainPort}` },
      { origin: 'http://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const [status, body] = await ask(url, headers)
      expect([status, (JSON.parse(body) as { message: string }).message]).toEqual([
        403,
        expect.stringMatching(/^Refused: /),
      ])
    }
    expect((await ask(url, {}, { method: 'POST' }))[0]).toBe(415)
  })

  test('is not alone in refusing a rebound name: REST refuses it even with a token', async () => {
    const hub = await start()
    const key = keyOf(hub.connectionStrings.service())
    const authorization = token('localhost', key, { policyName: 'iothubowner' })
    const url = `${hub.endpoints.http}/twins/device1?api-version=2021-04-12`
    expect((await ask(url, { authorization }))[0]).toBe(200)
    const [status, body] = await ask(url, { authorization, host: 'evil.example' })
    expect([status, body]).toEqual([400, expect.stringContaining('the host evil.example is not this hub')])
  })

  test('ignores faults that are set for REST', async () => {
    const hub = await start()
    hub.faults.set({ fault: 'throttle', operation: 'rest' })
    expect((await ask(`${hub.endpoints.http}/hub/nothing`))[0]).toBe(404)
  })

  test('requires a token of the owner from a client on another machine', async ({ skip }) => {
    const address = farAddress()
    if (address === undefined) return skip('this machine has no other address than its own')
    const hub = await start({ address: '0.0.0.0' })
    const url = `http://${address}:${hub.plainPort}/hub/nothing`
    expect((await ask(url))[0]).toBe(401)
    const signed = (policyName: 'service' | 'iothubowner'): OutgoingHttpHeaders => ({
      authorization: token('localhost', keyOf(hub.connectionStrings.service({ policyName })), { policyName }),
    })
    expect((await ask(url, signed('service')))[1]).toMatch(/RegistryRead and RegistryWrite/)
    expect((await ask(url, signed('iothubowner')))[0]).toBe(404)
    expect((await ask(`http://${address}:${hub.plainPort}/hub/ready`))[0]).toBe(200)
  })
})
