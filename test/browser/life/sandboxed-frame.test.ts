import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Hub, startHub } from 'hubtwin-emulator'
import type { Browser, Frame } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { executablePath, launchBrowser } from '../page.ts'
import type { SandboxedFrame } from './sandboxed-frame.ts'

declare const window: { frame: SandboxedFrame }

describe.skipIf(executablePath === undefined)('A frame with sandbox="allow-scripts"', () => {
  let hub: Hub
  let server: Server
  let browser: Browser
  let frame: Frame

  beforeAll(async () => {
    // The origin of a sandboxed frame is "null"; a hub that checks origins has to allow it.
    const options = { devices: ['device1'], origins: ['null'] }
    hub = await startHub(options)
    const body = `<!doctype html><iframe sandbox="allow-scripts" srcdoc="${await frameDocument()}"></iframe>`
    server = createServer((_, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
    await hub?.close()
  })

  beforeEach(async () => {
    const page = await browser.newPage()
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
    const [, inner] = page.frames()
    if (inner === undefined) throw new Error('The page has no frame')
    frame = inner
    await frame.waitForFunction(() => 'frame' in window)
    return () => page.close()
  })

  test.each(['openTwin', 'openSharedTwin'] as const)('reports without its storage with %s()', async (open) => {
    expect(await frame.evaluate(() => window.frame.throwing)).toContain('localStorage')
    const connectionString = hub.connectionStrings.device('device1', { plain: true })
    const patch = { by: open }
    await frame.evaluate(
      async ([name, text, reported]) => {
        await window.frame[name](text).report(reported)
      },
      [open, connectionString, patch] as const,
    )
    expect(hub.twin('device1')).toMatchObject({ properties: { reported: patch } })
    const errors = await frame.evaluate(() =>
      window.frame.observations.flatMap((seen) => (seen.type === 'storageFailed' ? [String(seen.error)] : [])),
    )
    expect(errors.length).toBeGreaterThan(0)
    for (const error of errors) expect(error).toContain('SecurityError')
  })
})

/** The document of the frame, escaped for `srcdoc`. Its script is classic, since a module needs an origin. */
async function frameDocument(): Promise<string> {
  const script = fileURLToPath(new URL('./sandboxed-frame.ts', import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [script],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
  })
  const text = (outputFiles[0]?.text ?? '').replaceAll('</script', String.raw`<\/script`)
  return `<script>${text}</script>`.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}
