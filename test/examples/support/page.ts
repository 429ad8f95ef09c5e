import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import type { Hub } from 'hubtwin-emulator'
import { expect, type TestContext } from 'vitest'
import { findBrowser } from '../../../tools/browsers.ts'
import { howToGet } from '../../../tools/test/packages-step.ts'
import { CHROMIUM_ARGS } from '../../support/chromium-args.ts'
import { later } from '../../support/cleanup.ts'
import { type Copy, copyExample } from './copy.ts'
import { desire, startExampleHub, untilReported } from './hub.ts'

const SOON = { timeout: 30_000 }

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

export interface BuiltExample {
  readonly copy: Copy
  readonly hub: Hub
  readonly page: Page
  readonly url: string
}

/**
 * Installs and builds a page, opens it in Chromium, and checks that it shows desired properties and
 * reports.
 *
 * @param output the folder that the build writes
 */
export async function checkPage(context: TestContext, name: string, output: string): Promise<BuiltExample> {
  const executablePath = findBrowser('chromium')
  if (executablePath === undefined) context.skip(`no chromium here; ${howToGet('chromium')}`)
  const { hub } = await startExampleHub()
  const copy = copyExample(context, name, hub.plainPort)
  await copy.install('npm', 'install')
  await copy.run('npm', 'run', 'build')
  const url = await serveFolder(join(copy.folder, output))

  const browser: Browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] })
  later(() => browser.close())
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    // The pages have no icon.
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) errors.push(message.text())
  })
  await desire(hub, 'Hello')
  await page.goto(url)
  await expect.poll(() => page.textContent('#status'), SOON).toBe('ready')
  await expect.poll(() => page.textContent('#message'), SOON).toBe('Hello')
  await desire(hub, 'Bonjour')
  await expect.poll(() => page.textContent('#message'), SOON).toBe('Bonjour')
  await page.click('#press')
  await untilReported(hub, { presses: 1 })
  expect(errors).toEqual([])
  return { copy, hub, page, url }
}

/** Serves files at localhost, from which the local hub accepts pages. */
async function serveFolder(folder: string): Promise<string> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    const file = path === '/' ? '/index.html' : path
    readFile(join(folder, file)).then(
      (content) => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(content),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  later(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://localhost:${(server.address() as AddressInfo).port}/`
}
