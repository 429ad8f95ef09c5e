import type { Post as HttpPost } from '../../../service/tokens/post-request.ts'
import {
  type AuditEvent,
  createTokenService,
  type Enrollment,
  type Issuer,
  openEnrollment,
  type Revocations,
  type SessionRecord,
  type Store,
  storedRevocations,
  type TokenService,
  type TokenServiceOptions,
} from '../../../../service/src/tokens/index.ts'
import { makeKey, sign } from '../../../service/tokens/forge.ts'

export const START = 1_700_000_000_000
export const HOUR_IN_MS = 3_600_000

/** A store in memory, and its content. */
export interface MemoryStore extends Store {
  readonly content: {
    signingKeys: string | undefined
    readonly codes: Map<string, { deviceId: string; createdAt: number; expiresAt: number }>
    readonly revoked: Map<string, number>
    readonly names: Map<string, number>
    readonly sessions: SessionRecord[]
  }
}

export function memoryStore(): MemoryStore {
  const content: MemoryStore['content'] = {
    signingKeys: undefined,
    codes: new Map(),
    revoked: new Map(),
    names: new Map(),
    sessions: [],
  }
  return {
    content,
    signingKeys: {
      read: async () => content.signingKeys,
      async replace(before, after) {
        if (content.signingKeys !== before) return false
        content.signingKeys = after
        return true
      },
    },
    codes: {
      put: async (hash, record) => void content.codes.set(hash, record),
      async take(hash) {
        const record = content.codes.get(hash)
        content.codes.delete(hash)
        return record
      },
    },
    revocations: {
      revokedUntil: async (names) => names.map((name) => content.revoked.get(name)),
      revoke: async (name, until) => void content.revoked.set(name, until),
      count: async () => content.revoked.size,
    },
    enrollments: {
      async remember(names, at) {
        for (const name of names) if (!content.names.has(name)) content.names.set(name, at)
      },
      saveSession: async (session) => void content.sessions.push(session),
      knows: async (name) => content.names.has(name),
      count: async () => content.names.size,
    },
  }
}

export interface Post extends HttpPost {
  /** @default 'https://tokens.example' */
  readonly base?: string | undefined
  readonly peer?: { readonly address?: string; readonly isSecure?: boolean } | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** A token service without sockets, and a record of its output. */
export interface MemoryService {
  readonly service: TokenService
  readonly store: MemoryStore
  readonly enrollment: Enrollment
  readonly revocations: Revocations
  readonly audit: AuditEvent[]
  readonly failures: unknown[]
  /** Milliseconds since 1970. */
  readonly clock: { now: number }
  post(path: string, request?: Post): Promise<Answer>
  /** A JWT that the service issued. */
  enroll(deviceId?: string): Promise<string>
}

export const PAGE = 'https://kiosk.example'

export function openService(options: Partial<TokenServiceOptions> = {}): MemoryService {
  const clock = { now: START }
  const now = (): number => clock.now
  const store = memoryStore()
  const enrollment = openEnrollment(store, { now })
  const revocations = storedRevocations(store, now)
  const audit: AuditEvent[] = []
  const failures: unknown[] = []
  const service = createTokenService({
    hub: { hostName: 'contoso.azure-devices.net' },
    sas: async (deviceId) => ({ password: `password of ${deviceId}`, expiresAt: clock.now + HOUR_IN_MS }),
    enrollment,
    isRevoked: revocations.isRevoked,
    origins: [PAGE],
    audit: (event) => audit.push(event),
    onFailure: (error) => failures.push(error),
    now,
    ...options,
  })

  async function post(path: string, request: Post = {}): Promise<Answer> {
    const { token, cookie, origin, body, headers, method = 'POST', base = 'https://tokens.example', peer } = request
    const answer = await service.fetch(
      new Request(`${base}${path}`, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(cookie !== undefined && { cookie }),
          ...(origin !== undefined && { origin }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
      peer,
    )
    const text = await answer.text()
    return {
      status: answer.status,
      headers: answer.headers,
      body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
    }
  }

  return {
    service,
    store,
    enrollment,
    revocations,
    audit,
    failures,
    clock,
    post,
    async enroll(deviceId = 'kiosk-7') {
      const { code } = await enrollment.codes.make(deviceId, 60)
      return String((await post('/api/enroll', { body: { code } })).body['token'])
    },
  }
}

/** Another issuer, and a JWT of it for device1 that lasts an hour. */
export async function foreignToken(): Promise<{ readonly issuer: Issuer; readonly token: string }> {
  const key = await makeKey('key-1')
  const issuer: Issuer = {
    issuer: 'https://login.example',
    audience: 'fleet',
    keys: async () => ({ keys: [key.publicJwk] }),
  }
  return { issuer, token: await sign(key, { iat: START / 1000, exp: START / 1000 + 3600 }) }
}
