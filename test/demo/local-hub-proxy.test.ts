import { request } from 'node:http'
import { startHub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from 'vite'
import { fileURLToPath } from 'node:url'
import { localHubProxy } from '../../web-demo/local-hub-proxy.ts'
import { keyOf, token } from '../support/sas-token.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

let hub: Awaited<ReturnType<typeof startHub>>
let server: Awaited<ReturnType<typeof createServer>>
let port: number
beforeAll(async () => {
  hub = await startHub()
  const root = fileURLToPath(new URL('../../web-demo', import.meta.url))
  const proxy = localHubProxy(hub.plainPort)
  // The same as `npm run web`, but with other ports.
  server = await createServer({ root, logLevel: 'error', server: { port: 0, proxy, hmr: false } })
  await server.listen()
  const address = server.httpServer?.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterAll(async () => {
  await server.close()
  await hub.close()
})

function ask(headers: Record<string, string>, path = '/local-hub/devices', method = 'GET'): Promise<Answer> {
  const authorization = token('localhost', keyOf(hub.connectionStrings.service()), { policyName: 'iothubowner' })
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: 'localhost',
      port,
      path: `${path}?api-version=2021-04-12`,
      method,
      headers: { host: `localhost:${port}`, authorization, ...headers },
    })
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    outgoing.end()
  })
}

describe('the way of npm run web to the local hub', () => {
  it('accepts requests of its own pages', async () => {
    for (const headers of [{}, { origin: `http://localhost:${port}` }, { 'sec-fetch-site': 'same-origin' }]) {
      const { status, text } = await ask(headers)
      expect([status, JSON.parse(text)]).toMatchObject([200, [{ deviceId: 'device1' }]])
    }
  })

  it.each([
    ['another port', { origin: 'http://localhost:3000' }],
    ['a name of this machine', { origin: 'http://evil.localhost:3000' }],
    ['the web', { origin: 'https://evil.example' }],
    ['a frame without an origin', { origin: 'null' }],
    ['another port, without an origin', { 'sec-fetch-site': 'same-site' }],
    ['the web, without an origin', { 'sec-fetch-site': 'cross-site' }],
    ['a rebound name', { host: 'evil.localhost:5173' }],
    ['a rebound name of the web', { host: '127.0.0.1.evil.example:5173' }],
  ])('is closed to pages of %s, and tells them nothing', async (_case, headers) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const answer = await ask(headers, '/local-hub/devices', method)
      expect(answer.status).toBe(403)
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      expect(answer.text).not.toContain('device1')
    }
  })

  it.each(['/local-hub/twins/device1', '/local-hub/devices/device1', '/local-hub/hub/snapshot', '/local-hub/'])(
    'does not lead to %s',
    async (path) => expect((await ask({}, path)).status).toBe(404),
  )

  it('lets no other origin read the pages', async () => {
    const { status, headers } = await ask({ origin: 'http://localhost:3000' }, '/index.html')
    expect([status, headers['access-control-allow-origin']]).toEqual([200, undefined])
  })
})
