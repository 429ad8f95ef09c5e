import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'
import { localHubProxy } from '../../web-demo/local-hub-proxy.ts'

const root = fileURLToPath(new URL('../../web-demo', import.meta.url))

export interface ServedSite {
  readonly url: string
  close(): Promise<void>
}

/**
 * The pages as they are published: built, and served from files.
 *
 * @param localPort where the hub is that the pages take for the one of `npm run emulator`, at whose own port there may be another
 */
export async function serveSite({ localPort }: { readonly localPort?: number } = {}): Promise<ServedSite> {
  const outDir = await buildSite()
  const site = await previewSite(outDir, localPort)
  return {
    url: site.url,
    async close() {
      await site.close()
      await rm(outDir, { recursive: true, force: true })
    },
  }
}

/** @returns the folder that it made */
export async function buildSite(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'hubtwin-web-demo-'))
  await build({ root, logLevel: 'error', build: { outDir, emptyOutDir: true } })
  return outDir
}

/** Serves pages that are built, on a free port. */
export async function previewSite(outDir: string, localPort?: number): Promise<ServedSite> {
  const server = await preview({
    root,
    logLevel: 'error',
    build: { outDir },
    preview: { port: 0, ...(localPort !== undefined && { proxy: localHubProxy(localPort) }) },
  })
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() }
}
