import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { hubTest } from '../../support/hub-test.ts'

const test = hubTest()

/** The header of a browser for the address bar. */
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

function linksOf(text: string): string[] {
  return [...text.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link)
}

test.for(['/fleet', '/devices', '/hub/nosuch'])(
  'a browser at %s gets a page with the links of the header of every page',
  async (path, { hub }) => {
    const response = await fetch(hub.endpoints.http + path, { headers: BROWSER })
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    const header = await readFile(new URL('../../../emulator/page/src/header.tsx', import.meta.url), 'utf8')
    expect(header).toContain('href="/demo/fleet.html"')
    expect(linksOf(await response.text())).toEqual([
      '/',
      ...linksOf(header).filter((link) => link.startsWith('/demo/')),
    ])
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
