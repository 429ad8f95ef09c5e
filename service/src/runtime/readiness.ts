/** Whether the service should get requests: it can reach its store, and it is not stopping. */
export interface Readiness {
  isReady(): Promise<boolean>
  /** From now on the service is not ready, so that a load balancer sends its requests elsewhere. */
  drain(): void
  readonly isDraining: boolean
}

/** Any number of probes costs the store a single check in this time. */
const MAX_AGE_IN_MS = 1_000

/**
 * @param check rejects if the store cannot serve a request
 * @param now milliseconds; for tests
 */
export function createReadiness(check: () => Promise<void>, now: () => number = () => performance.now()): Readiness {
  let isDraining = false
  let last: { readonly at: number; readonly outcome: Promise<boolean> } | undefined

  return {
    async isReady() {
      if (isDraining) return false
      if (last === undefined || now() - last.at > MAX_AGE_IN_MS) {
        const outcome = check().then(
          () => true,
          () => false,
        )
        last = { at: now(), outcome }
      }
      return last.outcome
    },
    drain() {
      isDraining = true
    },
    get isDraining() {
      return isDraining
    },
  }
}

/**
 * Answers probes: `/healthz` while the process runs, and `/readyz` while it is ready. They need no
 * token, and say nothing else about the service.
 *
 * @returns `undefined` for any other path
 */
export async function answerProbe(pathname: string, readiness: Readiness): Promise<Response | undefined> {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  if (pathname === '/healthz') return new Response('{"status":"alive"}', { headers })
  if (pathname !== '/readyz') return undefined
  const isReady = await readiness.isReady()
  const state = isReady ? 'ready' : readiness.isDraining ? 'stopping' : 'store unavailable'
  return new Response(JSON.stringify({ status: state }), {
    status: isReady ? 200 : 503,
    headers: { ...headers, ...(!isReady && { 'retry-after': '5' }) },
  })
}
