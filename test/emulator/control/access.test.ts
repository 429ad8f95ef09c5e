import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { networkInterfaces } from 'node:os'
import { describe, expect } from 'vitest'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { keyOf, token } from '../../support/sas-token.ts'
import { within } from '../../support/waits.ts'

const test = hubTest()

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

  test('accepts requests of this machine on both ports', async ({ hub }) => {
    // The 404 shows that the client has access.
    expect((await ask(`${hub.endpoints.http}/hub/nothing`))[0]).toBe(404)
    const ca = { ca: hub.certificateAuthority }
    expect((await ask(`${hub.endpoints.https}/hub/nothing`, {}, ca))[0]).toBe(404)
    const own = { origin: hub.endpoints.https, 'sec-fetch-site': 'same-origin' }
    expect((await ask(`${hub.endpoints.https}/hub/nothing`, own, ca))[0]).toBe(404)
  })

  test('refuses other origins and rebound names with a reason', async ({ hub }) => {
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

  test('is not alone in refusing a rebound name: REST refuses it even with a token', async ({ hub, deviceId }) => {
    const key = keyOf(hub.connectionStrings.service())
    const authorization = token('localhost', key, { policyName: 'iothubowner' })
    const url = `${hub.endpoints.http}/twins/${deviceId}?api-version=2021-04-12`
    expect((await ask(url, { authorization }))[0]).toBe(200)
    const [status, body] = await ask(url, { authorization, host: 'evil.example' })
    expect([status, body]).toEqual([400, expect.stringContaining('the host evil.example is not this hub')])
  })

  test('ignores faults that are set for REST', async ({ hub, faults }) => {
    faults.set({ fault: 'throttle', operation: 'rest' })
    expect((await ask(`${hub.endpoints.http}/hub/nothing`))[0]).toBe(404)
  })

  test('needs no token on this machine, but rejects a wrong token', async ({ hub }) => {
    const url = `${hub.endpoints.http}/hub/nothing`
    const signed = (key: string, policyName: string): OutgoingHttpHeaders => ({
      authorization: token('localhost', key, { policyName }),
    })
    const key = keyOf(hub.connectionStrings.service({ policyName: 'service' }))
    expect((await ask(url, signed(key, 'service')))[0]).toBe(404)
    expect((await ask(url, { authorization: 'Basic eDp5' }))[0]).toBe(404)
    expect(await ask(url, signed(key, 'iothubowner'))).toEqual([
      401,
      '{"message":"Unauthorized: the key of the token is not a key of the policy iothubowner"}',
    ])
    expect((await ask(url, { authorization: 'Bearer nonsense' }))[0]).toBe(401)
  })

  test('accepts an expired token on this machine, which may reset the clock of the hub', async ({ hub }) => {
    const key = keyOf(hub.connectionStrings.service())
    const authorization = token('localhost', key, { policyName: 'iothubowner', expiry: 1 })
    expect((await ask(`${hub.endpoints.http}/hub/nothing`, { authorization }))[0]).toBe(404)
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
