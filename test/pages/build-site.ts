import { rm } from 'node:fs/promises'
import { buildSite } from './support/site.ts'

/** Builds the pages once for all workers, unless the caller has built them. */
export default async function buildForAll(): Promise<() => Promise<void>> {
  if (process.env['HUBTWIN_PAGES_SITE'] !== undefined) return async () => {}
  const folder = await buildSite()
  process.env['HUBTWIN_PAGES_SITE'] = folder
  return () => rm(folder, { recursive: true, force: true })
}
