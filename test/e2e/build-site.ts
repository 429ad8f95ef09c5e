import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

export const root = fileURLToPath(new URL('../../web-demo', import.meta.url))

/** Builds the pages once, as they are published, for all workers. */
export default async function buildSite(): Promise<() => Promise<void>> {
  const outDir = await mkdtemp(join(tmpdir(), 'hubtwin-e2e-site-'))
  await build({ root, logLevel: 'error', build: { outDir, emptyOutDir: true } })
  process.env['HUBTWIN_E2E_SITE'] = outDir
  return () => rm(outDir, { recursive: true, force: true })
}
