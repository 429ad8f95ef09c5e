import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The strictest policy that still lets a page connect: no worker, no inline script, no eval. */
const policy = (connectTo: string): string =>
  `default-src 'none'; script-src 'self'; connect-src ${connectTo}; worker-src 'none'`

export interface ServedPage {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves an empty page with a script under a strict policy, and a second page to navigate to.
 *
 * @param script a TypeScript file
 * @param options.connectTo the sources of the `connect-src` directive
 */
export async function servePage(script: URL, { connectTo = 'ws: wss:' } = {}): Promise<ServedPage> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(script)],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  })
  const [bundle] = outputFiles
  const files: Readonly<Record<string, readonly [string, string]>> = {
    '/': ['text/html', '<!doctype html><title>device</title><script type="module" src="/page.js"></script>'],
    '/page.js': ['text/javascript', bundle?.text ?? ''],
    '/away': ['text/html', '<!doctype html><title>away</title>'],
  }
  const server = createServer((request, response) => {
    const [type, text] = files[request.url ?? ''] ?? []
    if (type === undefined) return void response.writeHead(404).end()
    response
      .writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy(connectTo) })
      .end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
