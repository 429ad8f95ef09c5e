import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Hub } from 'hubtwin-emulator'
import { folderStore } from 'hubtwin-service'
import { type AuditEvent, openEnrollment, storedRevocations } from 'hubtwin-service/tokens'

const PROGRAM = fileURLToPath(new URL('../../../service/dist/cli.js', import.meta.url))

/** `service serve --static` in a separate process, and the other commands on its folder. */
export interface TokenService {
  /** The URL of the service and the pages, without a slash at the end. */
  readonly url: string
  /** The audit events about a device. */
  events(deviceId: string): readonly AuditEvent[]
  /** Like `service code`. @returns the one-time code */
  makeCode(deviceId: string): Promise<string>
  /** Like `service revoke`. */
  revoke(deviceId: string): Promise<void>
  stop(): Promise<void>
  /** Restarts at the same port with the same folder. @param hub @default the first hub */
  start(hub?: Hub): Promise<void>
  /** Stops the service, and removes its folder. */
  close(): Promise<void>
}

/**
 * @param pages a folder of built pages
 * @param origin of other pages that the service accepts
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
    const own = spawn(process.execPath, [PROGRAM, ...args], {
      env: { ...process.env, IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = own
    let [rest, output] = ['', '']
    own.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      log.push(...lines.map((line) => JSON.parse(line) as AuditEvent))
    })
    await new Promise<void>((resolve, reject) => {
      own.once('exit', (code) => reject(new Error(`The token service ended with ${code}: ${output}`)))
      own.stderr.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (output.includes('Press Ctrl+C')) resolve()
      })
    })
    port = Number(/running at http:\/\/localhost:(\d+)/.exec(output)?.[1])
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
