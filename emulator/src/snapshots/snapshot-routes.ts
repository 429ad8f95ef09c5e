import { Hono } from 'hono'
import type { Snapshots } from './snapshots.ts'
import { json, noContent, readJson } from '../http/http.ts'

/** Ten thousand devices with 20 KB each have room in it, and within its own levels the deepest answer to a method that a job may keep. */
const limits = { maxBytes: 256 * 1024 * 1024, maxDepth: 120 }

/** All that the hub has stored, keys included. */
export function snapshotRoutes(snapshots: Pick<Snapshots, 'take' | 'restore'>): Hono {
  const app = new Hono()
  app.get('/', () => json(snapshots.take(), 200, { 'cache-control': 'no-store' }))
  app.put('/', async (request) => {
    await snapshots.restore(await readJson(request, limits))
    return noContent()
  })
  return app
}
