import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const HTML = '<!doctype html><title>contract</title><script src="page.js"></script>'

export interface ServedScopes {
  /** The page over http. */
  readonly url: string
  /** The same page as a file. A page of Electron has such a URL. */
  readonly fileUrl: string
  close(): Promise<void>
}

/** Bundles the scripts of the page and of its workers. All are classic scripts. */
export async function serveScopes(): Promise<ServedScopes> {
  const entry = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const { outputFiles } = await build({
    entryPoints: ['page', 'shared-worker', 'service-worker'].map(entry),
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    outdir: '/',
    write: false,
  })
  const files = new Map(outputFiles.map(({ path, text }) => [path, text]))
  const server = createServer((request, response) => {
    const script = files.get(request.url ?? '')
    response.writeHead(200, { 'content-type': script === undefined ? 'text/html' : 'text/javascript' })
    response.end(script ?? HTML)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-file-page-'))
  writeFileSync(join(folder, 'index.html'), HTML)
  writeFileSync(join(folder, 'page.js'), files.get('/page.js') ?? '')
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    fileUrl: pathToFileURL(join(folder, 'index.html')).href,
    async close() {
      rmSync(folder, { recursive: true, force: true })
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
