import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hub } from 'hubtwin-emulator'
import { parseConnectionString } from '../../../service/src/hub/connection-string.ts'
import { folderStore } from '../../../service/src/runtime/folder/folder-store.ts'
import { serveTokens, type TokenServer } from '../../../service/src/runtime/token-server.ts'
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
import { keyOf } from '../../support/sas-token.ts'
import { useHub } from '../../support/use-hub.ts'
import { createOutput, type Output } from './output.ts'
import { type Answer, type Post, postRequest } from './post-request.ts'

/** A token service on a socket, the hub of its test file behind it, and a record of its output. */
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
  /** Searches all output for every secret, then closes the service. */
  close(): Promise<void>
}

export type StartFixture = (options?: Partial<TokenServiceOptions>) => Promise<Fixture>

/** Starts a hub for a file. The result starts a token service in front of the hub. */
export function useFixtures(): StartFixture {
  let hub: Hub
  useHub((started) => (hub = started), { devices: ['kiosk-7'] })
  return (options = {}) => startFixture(hub, options)
}

/** The parts of a service that its fixture shows. */
interface Parts {
  readonly folder: string
  readonly enrollment: Enrollment
  readonly revocations: Revocations
  readonly output: Output
  /** The time of the service. */
  now(): number
}

async function startFixture(hub: Hub, options: Partial<TokenServiceOptions>): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-tokens-'))
  const store = folderStore(folder)
  const now = (): number => Date.now() + fixture.clockOffsetInMs
  const enrollment = openEnrollment(store, { now })
  const revocations = storedRevocations(store, now)
  const parts: Parts = { folder, enrollment, revocations, output: createOutput(), now }
  const server = await serve(hub, parts, options)
  const fixture = createFixture(hub, parts, server)
  return fixture
}

async function serve(hub: Hub, parts: Parts, options: Partial<TokenServiceOptions>): Promise<TokenServer> {
  const { enrollment, revocations, output, now } = parts
  const policy = parseConnectionString(hub.connectionStrings.service({ plain: true, policyName: 'device' }))
  output.secret(policy.sharedAccessKey)
  for (const deviceId of ['device1', 'kiosk-7']) output.secret(keyOf(hub.connectionStrings.device(deviceId)))
  return serveTokens(
    (port) =>
      createTokenService({
        hub: { hostName: hub.hostName, endpoint: `ws://localhost:${hub.plainPort}` },
        sas: sasFromPolicy({ hostName: hub.hostName }, policy),
        enrollment,
        isRevoked: revocations.isRevoked,
        origins: [`http://127.0.0.1:${port}`, 'https://kiosk.example'],
        limits: { perAddressPerMinute: 100_000, perSubjectPerMinute: 100_000, wrongCodesPerHour: 100_000 },
        audit: (event) => output.audit.push(event),
        onFailure: (fault) => output.faults.push(fault),
        now,
        ...options,
      }),
    { port: 0, trustProxy: true },
  )
}

function createFixture(hub: Hub, { folder, enrollment, revocations, output }: Parts, server: TokenServer): Fixture {
  const url = `http://127.0.0.1:${server.port}`
  const post = (path: string, request: Post = {}): Promise<Answer> => postRequest(`${url}${path}`, request, output)
  return {
    url,
    origin: url,
    port: server.port,
    hub,
    folder,
    enrollment,
    revocations,
    audit: output.audit,
    faults: output.faults,
    clockOffsetInMs: 0,
    post,
    async enroll(deviceId = 'device1') {
      const { code } = await enrollment.codes.make(deviceId, 60)
      return String((await post('/api/enroll', { body: { code } })).body['token'])
    },
    async enrolPage(deviceId = 'device1') {
      const { code } = await enrollment.codes.make(deviceId, 60)
      const answer = await post('/api/enroll', { body: { code, cookie: true }, origin: url })
      return output.secret(/^hubtwin=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '')
    },
    secret: output.secret,
    async close() {
      const keys = await readFile(join(folder, 'signing-keys.json'), 'utf8').catch(() => '[]')
      for (const { jwk } of JSON.parse(keys) as { jwk: { d: string } }[]) output.secret(jwk.d)
      await server.close()
      await rm(folder, { recursive: true })
      output.check()
    },
  }
}
