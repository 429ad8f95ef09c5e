import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Hub, startHub } from 'hubtwin-emulator'
import type { SandboxedFrame } from '../support/sandboxed-frame.ts'
import { expect, test as base } from '../support/world.ts'

declare const window: { frame: SandboxedFrame }

interface FrameWorld {
  /** A hub that accepts the origin "null" of a sandboxed frame. */
  readonly permissiveHub: Hub
  /** The URL of a page with the frame. */
  readonly framePage: string
}

// oxlint-disable no-empty-pattern -- Playwright reads the pattern
const test = base.extend<FrameWorld>({
  permissiveHub: async ({}, use) => {
    const hub = await startHub({ devices: ['device1'], origins: ['null'] })
    await use(hub)
    await hub.close()
  },
  framePage: async ({}, use) => {
    const body = `<!doctype html><iframe sandbox="allow-scripts" srcdoc="${await frameDocument()}"></iframe>`
    const server = createServer((_, response) =>
      response.setHeader('content-type', 'text/html; charset=utf-8').end(body),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await use(`http://localhost:${(server.address() as AddressInfo).port}/`)
    server.close()
  },
})
// oxlint-enable no-empty-pattern

for (const open of ['openTwin', 'openSharedTwin'] as const) {
  test(`${open}() reports without a storage in a frame with sandbox="allow-scripts"`, async ({
    page,
    complaints,
    permissiveHub,
    framePage,
  }) => {
    complaints.allow(framePage)
    complaints.allow(permissiveHub.endpoints.http)
    await page.goto(framePage)
    const [, frame] = page.frames()
    if (frame === undefined) throw new Error('The page has no frame')
    await frame.waitForFunction(() => 'frame' in window)
    expect(await frame.evaluate(() => window.frame.throwing)).toContain('localStorage')

    const connectionString = permissiveHub.connectionStrings.device('device1', { plain: true })
    const patch = { by: open }
    await frame.evaluate(
      async ([name, text, reported]) => {
        await window.frame[name](text).report(reported)
      },
      [open, connectionString, patch] as const,
    )

    expect(permissiveHub.twin('device1')).toMatchObject({ properties: { reported: patch } })
    const errors = await frame.evaluate(() =>
      window.frame.observations.flatMap((seen) => (seen.type === 'storageFailed' ? [String(seen.error)] : [])),
    )
    expect(errors.length).toBeGreaterThan(0)
    for (const error of errors) expect(error).toContain('SecurityError')
  })
}

/**
 * The document of the frame, escaped for `srcdoc`. A module would need an origin, so the script is
 * classic.
 */
async function frameDocument(): Promise<string> {
  const script = fileURLToPath(new URL('../support/sandboxed-frame.ts', import.meta.url))
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
