import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'
import { localHubProxy } from '../../../web-demo/local-hub-proxy.ts'

const ROOT = fileURLToPath(new URL('../../../web-demo', import.meta.url))

export interface ServedSite {
  /** Ends with a slash. */
  readonly url: string
  close(): Promise<void>
}

/** Builds the pages. @returns a new folder; the caller removes it */
export async function buildSite(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'hubtwin-web-demo-'))
  await build({ root: ROOT, logLevel: 'error', build: { outDir, emptyOutDir: true } })
  return outDir
}

/**
 * Serves built pages on a free port.
 *
 * @param localPort port of the hub that replaces the local hub, whose default port may be taken
 */
export async function serveSite(outDir: string, localPort?: number): Promise<ServedSite> {
  const server = await preview({
    root: ROOT,
    logLevel: 'error',
    build: { outDir },
    preview: { port: 0, ...(localPort !== undefined && { proxy: localHubProxy(localPort) }) },
  })
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() }
}
