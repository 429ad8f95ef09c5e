import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHub } from 'hubtwin-emulator'
import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConnectionString } from '../../../service/src/hub/connection-string.ts'
import { folderStore } from '../../../service/src/runtime/folder/folder-store.ts'
import { serveTokens, type TokenServer } from '../../../service/src/runtime/token-server.ts'
import {
  createTokenService,
  type Enrollment,
  openEnrollment,
  sasFromPolicy,
} from '../../../service/src/tokens/index.ts'
import { findBrowser } from '../../../tools/browsers.ts'
import { CHROMIUM_ARGS } from '../../support/chromium-args.ts'

const executablePath = findBrowser('chromium')
let hub: Awaited<ReturnType<typeof startHub>>
let folder: string
let enrollment: Enrollment
let server: TokenServer
let stranger: TokenServer
let browser: Browser | undefined

beforeAll(async () => {
  hub = await startHub()
  folder = await mkdtemp(join(tmpdir(), 'hubtwin-tokens-'))
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><title>kiosk</title><script>window.inline = true</script>',
  )
  enrollment = openEnrollment(folderStore(join(folder, '.state')))
  const endpoint = `ws://localhost:${hub.plainPort}`
  const policy = parseConnectionString(hub.connectionStrings.service({ plain: true, policyName: 'device' }))
  const sas = sasFromPolicy(hub, policy)
  const open = (port: number): ReturnType<typeof createTokenService> =>
    createTokenService({
      hub: { hostName: 'localhost', endpoint },
      sas,
      enrollment,
      origins: [`http://localhost:${port}`],
    })
  const pages = { folder, connectTo: [endpoint] }
  server = await serveTokens(open, { port: 0, pages })
  // Another port of the same machine: the same site and cookies, but another origin.
  stranger = await serveTokens(open, { port: 0, pages: { folder, connectTo: [`http://localhost:${server.port}`] } })
  if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] })
})
afterAll(async () => {
  await browser?.close()
  await server.close()
  await stranger.close()
  await hub.close()
  await rm(folder, { recursive: true })
})

describe('a kiosk page in Chromium', () => {
  it.runIf(executablePath !== undefined)(
    'a kiosk page in Chromium enrolls by a code, never sees its token, reaches the hub, and survives a reload; a stranger gets nothing',
    async () => {
      const context = await (browser as Browser).newContext()
      const page = await context.newPage()
      const home = `http://localhost:${server.port}/`
      await page.goto(home)
      const post = (
        path: string,
        body: object,
        base = '',
      ): Promise<{ status: number; body: Record<string, unknown> }> =>
        page.evaluate(
          async ([url, text]) => {
            const init: RequestInit = {
              method: 'POST',
              credentials: 'include',
              headers: { 'content-type': 'application/json' },
              body: text,
            }
            const response = await fetch(url, init).catch(() => undefined)
            return {
              status: response?.status ?? 0,
              body: response === undefined ? {} : ((await response.json()) as Record<string, unknown>),
            }
          },
          [`${base}${path}`, JSON.stringify(body)] as const,
        )
      expect(await page.evaluate(() => 'inline' in window)).toBe(false)
      expect(await post('/api/token', {})).toMatchObject({ status: 401 })

      const { code } = await enrollment.codes.make('device1', 60)
      const enrolled = await post('/api/enroll', { code, cookie: true })
      expect(enrolled).toMatchObject({ status: 201, body: { deviceId: 'device1' } })
      expect(enrolled.body).not.toHaveProperty('token')
      expect(await page.evaluate(() => document.cookie + JSON.stringify(localStorage))).toBe('{}')
      await page.reload()
      const answer = await post('/api/token', {})
      expect(answer).toMatchObject({ status: 200, body: { deviceId: 'device1' } })

      const opens = (url: string): Promise<boolean> =>
        page.evaluate(
          (address) =>
            new Promise<boolean>((resolve) => {
              const socket = new WebSocket(address, 'mqtt')
              socket.addEventListener('open', () => resolve(true))
              socket.addEventListener('error', () => resolve(false))
            }).catch(() => false),
          url,
        )
      expect(await opens(hub.endpoints.ws)).toBe(true)
      expect(await opens(hub.endpoints.ws.replace('localhost', '127.0.0.1'))).toBe(false)

      await page.goto(`http://localhost:${stranger.port}/`)
      expect(await post('/api/token', {}, home.slice(0, -1))).toEqual({ status: 0, body: {} })
      await context.close()
    },
  )
})

describe('serveTokens()', () => {
  it('serveTokens() finishes a request in progress when it closes, and accepts no new requests', async () => {
    let answer = (): void => undefined
    let arrived = (): void => undefined
    const isUnderWay = new Promise<void>((resolve) => (arrived = resolve))
    const slow = await serveTokens(
      () => ({
        fetch: () =>
          new Promise<Response>((resolve) => {
            answer = () => resolve(new Response('late'))
            arrived()
          }),
      }),
      { port: 0 },
    )
    const url = `http://127.0.0.1:${slow.port}/api/token`
    const response = fetch(url, { method: 'POST' })
    await isUnderWay
    const closed = slow.close()
    await expect(fetch(url, { method: 'POST' })).rejects.toThrow('fetch failed')
    answer()
    expect(await (await response).text()).toBe('late')
    await closed
  })
})
