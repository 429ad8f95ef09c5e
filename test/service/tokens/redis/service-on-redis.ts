import { openRedisStore, type RedisStore } from '../../../../service/src/runtime/redis/redis-store.ts'
import { createReadiness } from '../../../../service/src/runtime/readiness.ts'
import { serveTokens, type TokenServer } from '../../../../service/src/runtime/token-server.ts'
import {
  createTokenService,
  type Enrollment,
  openEnrollment,
  rememberDevices,
  type Revocations,
  sasFromPolicy,
  storedRevocations,
} from '../../../../service/src/tokens/index.ts'

const HUB = { hostName: 'contoso.azure-devices.net' }
const LIMITS = { perAddressPerMinute: 100_000, perSubjectPerMinute: 100_000, wrongCodesPerHour: 100_000 }

export interface Answer {
  readonly status: number
  readonly code: unknown
  readonly token: string
  readonly retryAfter: number
}

/** A token service in this process, with its state in Redis. Signing a password needs no hub. */
export interface ServiceOnRedis {
  readonly store: RedisStore
  readonly enrollment: Enrollment
  readonly revocations: Revocations
  readonly server: TokenServer
  readonly url: string
  post(path: string, request: { readonly token?: string; readonly code?: string }): Promise<Answer>
  enroll(deviceId?: string): Promise<string>
  isReady(): Promise<boolean>
  close(): Promise<void>
}

export async function serveOnRedis(url: string, limits: typeof LIMITS = LIMITS): Promise<ServiceOnRedis> {
  const store = openRedisStore(url)
  const enrollment = openEnrollment(store)
  const revocations = storedRevocations(store)
  const readiness = createReadiness(() => store.check())
  const server = await serveTokens(
    () =>
      createTokenService({
        hub: HUB,
        sas: sasFromPolicy(HUB, { sharedAccessKeyName: 'device', sharedAccessKey: 'bWFkZS11cA==' }),
        enrollment,
        isRevoked: revocations.isRevoked,
        remember: rememberDevices(store),
        limits,
        createCounter: store.createCounter,
        audit: store.audit,
      }),
    { port: 0, readiness },
  )
  const base = `http://127.0.0.1:${server.port}`

  async function post(path: string, { token, code }: { token?: string; code?: string }): Promise<Answer> {
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(code === undefined ? {} : { code }),
    })
    const body = (await response.json()) as Record<string, unknown>
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
    return { status: response.status, code: body['code'], token: String(body['token']), retryAfter }
  }

  return {
    store,
    enrollment,
    revocations,
    server,
    url: base,
    post,
    async enroll(deviceId = 'kiosk-7') {
      const { code } = await enrollment.codes.make(deviceId, 600)
      return (await post('/api/enroll', { code })).token
    },
    isReady: async () => (await fetch(`${base}/readyz`)).ok,
    async close() {
      await server.close()
      store.close()
    },
  }
}

/** Repeats until the result is true. The test's own timeout is the deadline. */
export async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 50))
}
