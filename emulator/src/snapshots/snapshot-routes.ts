import { Hono } from 'hono'
import type { Snapshots } from './snapshots.ts'
import { json, noContent, readJson } from '../http/http.ts'

/**
 * Enough for 10,000 devices with 20 KB each, and for the deepest method response that a job can
 * hold, below the snapshot's own levels.
 */
const LIMITS = { maxBytes: 256 * 1024 * 1024, maxDepth: 120 }

/** Takes and restores snapshots. They contain keys, so no cache may store them. */
export function snapshotRoutes(snapshots: Pick<Snapshots, 'take' | 'restore'>): Hono {
  const app = new Hono()
  app.get('/', () => json(snapshots.take(), 200, { 'cache-control': 'no-store' }))
  app.put('/', async (request) => {
    await snapshots.restore(await readJson(request, LIMITS))
    return noContent()
  })
  return app
}
