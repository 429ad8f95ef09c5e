import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../../tools/free-port.ts'
import { findRedis } from '../../../../tools/redis.ts'

const DEADLINE_IN_MS = 15_000

/** A Redis of Debian, on a free port of this machine. */
export interface RedisProcess {
  readonly port: number
  /** Without a password. */
  readonly url: string
  readonly folder: string
  /** Sends a command, and returns the reply as the protocol writes it. */
  ask(...command: readonly string[]): Promise<string>
  /** Stops answering, and keeps every connection open. */
  pause(): void
  resume(): void
  /** Ends without saving anything that is not on the disk yet. */
  kill(): Promise<void>
  /** Starts again with the data on the disk, and with other options. */
  start(options?: readonly string[]): Promise<void>
  /** Ends, and removes the data. */
  close(): Promise<void>
}

/**
 * @param options of `redis-server`, such as `--requirepass` and its value
 * @param sentinelFile the configuration of a Sentinel, which rewrites it; then it starts a Sentinel
 */
export async function startRedis(options: readonly string[] = [], sentinelFile?: string): Promise<RedisProcess> {
  const program = findRedis()
  if (program === undefined) throw new Error('no redis-server')
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-redis-'))
  let child: ChildProcess | undefined

  async function start(more: readonly string[] = options): Promise<void> {
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
    const durable = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always']
    const all = sentinelFile === undefined ? [...place, ...durable, ...more] : [sentinelFile, '--sentinel', ...place]
    const started = spawn(program ?? '', all, { stdio: ['ignore', 'pipe', 'inherit'] })
    child = started
    let output = ''
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`redis-server did not start: ${output}`)), DEADLINE_IN_MS)
      started.once('exit', () => reject(new Error(`redis-server ended: ${output}`)))
      started.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (!/Ready to accept connections|\+monitor master/.test(output)) return
        clearTimeout(timer)
        resolve()
      })
    })
  }

  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    folder,
    ask: (...command) => ask(port, command),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    kill,
    start,
    async close() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A client of a few lines, so that the tests do not trust the client under test. */
async function ask(port: number, command: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  const timer = setTimeout(() => socket.destroy(new Error(`redis-server did not answer ${command[0]}`)), DEADLINE_IN_MS)
  try {
    await once(socket, 'connect')
    const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`)
    socket.write(`*${command.length}\r\n${parts.join('')}`)
    const [reply] = (await once(socket, 'data')) as [string]
    return reply.trim()
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}
