import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHub } from 'hubtwin-emulator'
import { expect } from 'vitest'
import { parseConnectionString } from '../../../service/src/hub/connection-string.ts'
import { folderStore } from '../../../service/src/runtime/folder/folder-store.ts'
import { serveTokens } from '../../../service/src/runtime/token-server.ts'
import {
  type AuditEvent,
  createTokenService,
  type Enrollment,
  openEnrollment,
  type Revocations,
  sasFromPolicy,
  storedRevocations,
  type TokenServiceOptions,
} from '../../../service/src/tokens/index.ts'

type Hub = Awaited<ReturnType<typeof startHub>>

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

export interface Post {
  readonly token?: string | undefined
  readonly cookie?: string | undefined
  readonly origin?: string | undefined
  /** Sends an object as JSON, and a text unchanged. */
  readonly body?: unknown
  readonly headers?: Record<string, string> | undefined
  readonly method?: string | undefined
}

/** A token service on a socket, a hub behind it, and a record of all their output. */
export interface Fixture {
  readonly url: string
  readonly origin: string
  readonly port: number
  readonly hub: Hub
  readonly folder: string
  readonly enrollment: Enrollment
  readonly revocations: Revocations
  readonly audit: AuditEvent[]
  readonly faults: unknown[]
  /** Moves the clock of the service. */
  clockOffsetInMs: number
  post(path: string, request?: Post): Promise<Answer>
  /** A JWT that the service issued. */
  enroll(deviceId?: string): Promise<string>
  /** The value of the session cookie in a response. */
  enrolPage(deviceId?: string): Promise<string>
  /** Registers a text that must not appear in any refusal or log. */
  secret(text: string): string
  /** Searches all output for every secret, then closes everything. */
  close(): Promise<void>
}

export async function startFixture(options: Partial<TokenServiceOptions> = {}): Promise<Fixture> {
  const hub = await startHub({ devices: ['kiosk-7'] })
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-tokens-'))
  const store = folderStore(folder)
  const policy = parseConnectionString(hub.connectionStrings.service({ plain: true, policyName: 'device' }))
  const clock = (): number => Date.now() + fixture.clockOffsetInMs
  const enrollment = openEnrollment(store, { now: clock })
  const revocations = storedRevocations(store, clock)
  const audit: AuditEvent[] = []
  const faults: unknown[] = []
  const answered: string[] = []
  const secrets = new Set<string>([policy.sharedAccessKey, deviceKey(hub, 'device1'), deviceKey(hub, 'kiosk-7')])
  const server = await serveTokens(
    (port) =>
      createTokenService({
        hub: { hostName: hub.hostName, endpoint: `ws://localhost:${hub.plainPort}` },
        sas: sasFromPolicy({ hostName: hub.hostName }, policy),
        enrollment,
        isRevoked: revocations.isRevoked,
        origins: [`http://127.0.0.1:${port}`, 'https://kiosk.example'],
        limits: { perAddressPerMinute: 100_000, perSubjectPerMinute: 100_000, wrongCodesPerHour: 100_000 },
        audit: (event) => audit.push(event),
        onFailure: (fault) => faults.push(fault),
        now: clock,
        ...options,
      }),
    { port: 0, trustProxy: true },
  )
  const url = `http://127.0.0.1:${server.port}`

  const fixture: Fixture = {
    url,
    origin: url,
    port: server.port,
    hub,
    folder,
    enrollment,
    revocations,
    audit,
    faults,
    clockOffsetInMs: 0,
    async post(path, { token, cookie, origin, body, headers, method = 'POST' } = {}) {
      for (const text of [token, cookie]) if (text !== undefined && text.length > 20) secrets.add(text)
      const code = (body as { code?: unknown } | undefined)?.code
      if (typeof code === 'string' && code.length > 10) secrets.add(code)
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(cookie !== undefined && { cookie: `hubtwin=${cookie}` }),
          ...(origin !== undefined && { origin }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const answer: Record<string, unknown> = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
      // A secret in a successful response must not appear in any other output.
      for (const given of [answer['password'], answer['token']]) if (typeof given === 'string') secrets.add(given)
      if (!response.ok) answered.push(JSON.stringify([...response.headers]), text)
      return { status: response.status, headers: response.headers, body: answer }
    },
    async enroll(deviceId = 'device1') {
      const { code } = await enrollment.codes.make(deviceId, 60)
      return String((await fixture.post('/api/enroll', { body: { code } })).body['token'])
    },
    async enrolPage(deviceId = 'device1') {
      const { code } = await enrollment.codes.make(deviceId, 60)
      const answer = await fixture.post('/api/enroll', { body: { code, cookie: true }, origin: url })
      return fixture.secret(/^hubtwin=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '')
    },
    secret(text) {
      secrets.add(text)
      return text
    },
    async close() {
      const keys = await readFile(join(folder, 'signing-keys.json'), 'utf8').catch(() => '[]')
      for (const { jwk } of JSON.parse(keys) as { jwk: { d: string } }[]) secrets.add(jwk.d)
      await server.close()
      await hub.close()
      await rm(folder, { recursive: true })
      const everything = [...answered, ...audit.map((event) => JSON.stringify(event))].join('\n')
      const leaked = [...secrets].filter((secret) => secret !== '' && everything.includes(secret))
      expect({ leaked, faults: faults.map(String) }).toEqual({ leaked: [], faults: [] })
    },
  }
  return fixture
}

function deviceKey(hub: Hub, deviceId: string): string {
  return /SharedAccessKey=([^;]+)/.exec(hub.connectionStrings.device(deviceId))?.[1] ?? ''
}
