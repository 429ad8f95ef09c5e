import { expect } from 'vitest'
import { hubTest } from '../../support/hub-test.ts'

const test = hubTest()

/** The header of a browser for the address bar. */
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

test.for(['/fleet', '/devices', '/demo/nosuch', '/hub/nosuch', '/hub/page/nosuch.js'])(
  'a browser at %s gets a page whose links lead to the pages of the hub',
  async (path, { hub }) => {
    const response = await fetch(hub.endpoints.http + path, { headers: BROWSER })
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    const links = [...(await response.text()).matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link)
    expect(links).toContain('/demo/fleet.html')
    for (const link of links) expect((await fetch(hub.endpoints.http + link)).status).toBe(200)
  },
)

test.for([
  ['/fleet', {}, 400, 'InvalidProtocolVersion'],
  ['/fleet?api-version=2021-04-12', BROWSER, 404, 'ResourceNotFound'],
  ['/hub/nosuch', {}, 404, 'There is no GET /hub/nosuch'],
] as const)('a program at %s with %j gets JSON with status %i', async ([path, headers, status, text], { hub }) => {
  const response = await fetch(hub.endpoints.http + path, { headers })
  expect([response.status, response.headers.get('content-type')]).toEqual([status, expect.stringContaining('json')])
  expect(await response.text()).toContain(text)
})

test('a browser that names a foreign host gets no page', async ({ hub }) => {
  const { get } = await import('node:http')
  const status = await new Promise((resolve, reject) => {
    const headers = { ...BROWSER, host: 'evil.example' }
    get(`${hub.endpoints.http}/fleet`, { headers }, ({ statusCode }) => resolve(statusCode)).on('error', reject)
  })
  expect(status).toBe(400)
})
