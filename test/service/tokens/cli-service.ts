import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hub } from 'hubtwin-emulator'
import { afterEach, beforeEach, expect, onTestFinished } from 'vitest'
import { type Ended, type Program, runProgram, startProgram } from '../../demo/program.ts'
import { useHub } from '../../support/use-hub.ts'

export let hub: Hub
export let folder: string
export let state: string

/**
 * Starts a hub for a file, and gives each test a folder whose `state` the commands of the token
 * service share.
 */
export function useHubAndState(): void {
  useHub((started) => (hub = started), { devices: ['kiosk-7'] })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hubtwin-tokens-'))
    state = join(folder, 'state')
  })
  afterEach(() => rm(folder, { recursive: true }))
}

export const environment = (): Record<string, string> => ({
  IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }),
})

export function run(...args: readonly string[]): Promise<Ended> {
  return runProgram('service/dist/cli.js', [...args, '--state', state], environment())
}

export interface Served {
  readonly program: Program
  readonly url: string
  readonly port: number
  /** The one-time code that the service prints at its start. */
  readonly code: string
  post(path: string, request?: { token?: string; body?: object }): Promise<[number, Record<string, unknown>]>
  /** Stops the service as Ctrl+C or a service manager does. */
  stop(): Promise<Ended>
}

export async function serve(args: readonly string[] = [], environmentOfServer = environment()): Promise<Served> {
  const all = ['serve', '--port', '0', '--state', state, '--device', 'kiosk-7', ...args]
  const program = startProgram('service/dist/cli.js', all, environmentOfServer)
  onTestFinished(() => program.stop('SIGKILL'))
  await program.warns('Press Ctrl+C')
  const [, url = '', port] = /running at (http:\/\/localhost:(\d+))/.exec(program.warned()) ?? []
  const [code = ''] = /\w{4}-\w{4}-\w{4}/.exec(program.warned()) ?? []
  return {
    program,
    url,
    port: Number(port),
    code,
    async post(path, { token, body } = {}) {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return [response.status, (await response.json()) as Record<string, unknown>]
    },
    stop() {
      program.stop('SIGTERM')
      return program.ended
    },
  }
}

export async function enroll({ post }: Served, code: string): Promise<string> {
  const [status, { token }] = await post('/api/enroll', { body: { code } })
  expect(status).toBe(201)
  return String(token)
}
