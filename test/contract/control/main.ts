import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { startHub } from 'hubtwin-emulator'
import { controlOperations, type Operations } from './operations.ts'

// The process next to a contract suite. It runs the hub, and a server that the suite controls it
// with. It prints its addresses as a line of JSON. It ends when its stdin ends, so it never
// outlives the process that started it.

const [folder = '.'] = process.argv.slice(2)
// A page from a file has the origin `null`.
const hub = await startHub({ origins: ['null'] })
const operations: Operations = controlOperations(hub)

const app = new Hono()
// Vitest serves its page from another port of this machine.
app.use(
  cors({ origin: (origin) => (/^(null|https?:\/\/(localhost|127\.0\.0\.1)(:\d+)?)$/.test(origin) ? origin : null) }),
)
app.post('/:name', async (context) => {
  const name = context.req.param('name')
  if (!Object.hasOwn(operations, name)) return context.text(`There is no call "${name}"`, 404)
  const operation = operations[name as keyof Operations] as (argument: unknown) => unknown
  return context.json((await operation(await context.req.json())) as object | null)
})
app.onError((error, context) => context.text(error.message, 500))

const certificateAuthorityFile = join(folder, 'hub-ca.pem')
writeFileSync(certificateAuthorityFile, hub.certificateAuthority)
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }: AddressInfo) => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, certificateAuthorityFile }))
})

process.stdin.resume().once('end', () => {
  server.close()
  void hub.close().finally(() => process.exit(0))
})
