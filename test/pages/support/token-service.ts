import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Hub } from 'hubtwin-emulator'
import { folderStore } from 'hubtwin-service'
import { type AuditEvent, openEnrollment, storedRevocations } from 'hubtwin-service/tokens'

const program = fileURLToPath(new URL('../../../service/dist/cli.js', import.meta.url))

/** `service serve --static` as a process of its own, and what the other commands do with its folder. */
export interface TokenService {
  /** Where the service and the pages are, without a slash at the end. */
  readonly url: string
  /** What its log has of a device. */
  events(deviceId: string): readonly AuditEvent[]
  /** As `service code` does. @returns the one-time code */
  makeCode(deviceId: string): Promise<string>
  /** As `service revoke` does. */
  revoke(deviceId: string): Promise<void>
  stop(): Promise<void>
  /** Again, at the same port and with the same folder; for another hub where one is given. */
  start(hub?: Hub): Promise<void>
  /** Stops it, and removes what it kept. */
  close(): Promise<void>
}

/**
 * @param pages a folder of built pages
 * @param origin of other pages, which may ask too
 */
export async function startTokenService(firstHub: Hub, pages: string, origin?: string): Promise<TokenService> {
  const state = await mkdtemp(join(tmpdir(), 'hubtwin-tokens-'))
  const store = folderStore(state)
  const log: AuditEvent[] = []
  let port = 0
  let child: ChildProcess | undefined

  async function start(hub = firstHub): Promise<void> {
    const args = ['serve', '--port', `${port}`, '--static', pages, '--state', state, '--per-address', '100000']
    if (origin !== undefined) args.push('--origin', origin)
    const own = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = own
    let [rest, told] = ['', '']
    own.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      log.push(...lines.map((line) => JSON.parse(line) as AuditEvent))
    })
    await new Promise<void>((resolve, reject) => {
      own.once('exit', (code) => reject(new Error(`The token service ended with ${code}: ${told}`)))
      own.stderr.setEncoding('utf8').on('data', (text: string) => {
        told += text
        if (told.includes('Press Ctrl+C')) resolve()
      })
    })
    port = Number(/running at http:\/\/localhost:(\d+)/.exec(told)?.[1])
  }

  async function stop(): Promise<void> {
    const own = child
    child = undefined
    if (own === undefined) return
    const gone = once(own, 'exit')
    own.kill('SIGKILL')
    await gone
  }

  await start()
  return {
    get url() {
      return `http://localhost:${port}`
    },
    events: (deviceId) => log.filter((event) => event.deviceId === deviceId || event.subject === deviceId),
    makeCode: async (deviceId) => (await openEnrollment(store).codes.make(deviceId, 900)).code,
    revoke: (deviceId) => storedRevocations(store).revoke(deviceId),
    start,
    stop,
    async close() {
      await stop()
      await rm(state, { recursive: true, force: true })
    },
  }
}
