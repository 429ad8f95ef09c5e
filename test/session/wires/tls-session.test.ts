import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { makeAuthority, makeServer } from '../../../emulator/src/tls/make-certificates.ts'

/** Opens connections in turn, and prints their outcomes. Node reads the CA only at its start. */
const SCRIPT = `
  const { openNodeSocket } = await import(process.env.MODULE)
  const outcomes = []
  for (let count = 0; count < 3; count++) {
    const socket = await openNodeSocket(process.env.URL_OF_SERVER)
    outcomes.push(await new Promise((resolve) => {
      socket.addEventListener('open', () => resolve('open'))
      socket.addEventListener('error', () => resolve('error'))
    }))
    socket.terminate()
  }
  console.log(JSON.stringify(outcomes))
`

interface Result {
  /** Of the client, for each connection. */
  readonly outcomes: readonly string[]
  /** At the server, for each connection. */
  readonly resumed: readonly boolean[]
}

async function connectThrice(acceptsResumed: boolean): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const authority = await makeAuthority(['localhost'])
  await writeFile(join(folder, 'ca.pem'), authority.cert)
  const server = createServer(await makeServer(authority, ['localhost']))
  const webSockets = new WebSocketServer({ noServer: true })
  const resumed: boolean[] = []
  server.on('upgrade', (request, socket, head) => {
    const isResumed = (socket as TLSSocket).isSessionReused()
    resumed.push(isResumed)
    if (isResumed && !acceptsResumed) socket.destroy()
    else webSockets.handleUpgrade(request, socket, head, () => {})
  })
  await once(server.listen(0, 'localhost'), 'listening')
  onTestFinished(() => void server.close())
  const env = {
    ...process.env,
    MODULE: new URL('../../../core/dist/runtime/node-socket.js', import.meta.url).href,
    URL_OF_SERVER: `wss://localhost:${(server.address() as AddressInfo).port}`,
    NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
  }
  const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', SCRIPT], { env, timeout: 30_000 })
  return { outcomes: JSON.parse((await child).stdout) as string[], resumed }
}

test('a connection over TLS in Node 20 resumes the session of the connection before', async () => {
  expect(await connectThrice(true)).toEqual({ outcomes: ['open', 'open', 'open'], resumed: [false, true, true] })
})

test('a connection over TLS in Node 20 starts a new session after a resumed session has failed', async () => {
  expect(await connectThrice(false)).toEqual({ outcomes: ['open', 'error', 'open'], resumed: [false, true, false] })
})
