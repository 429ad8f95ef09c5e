import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whether the service should get requests: it can reach its store, and it is not stopping. */
export interface Readiness {
  isReady(): Promise<boolean>
  /**
   * Makes the service not ready from now on, so that a load balancer sends its requests elsewhere.
   */
  drain(): void
  readonly isDraining: boolean
}

/** The store gets at most a single check in this time, for any number of probes. */
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
 * Probes of load balancers may lack a Host header, such as HAProxy's default with HTTP/1.0. The
 * routes of the service reject that, so probes do not reach them.
 *
 * @returns `false` for any other path, without a response
 */
export function answerProbe(request: IncomingMessage, response: ServerResponse, readiness: Readiness): boolean {
  const path = pathOf(request)
  if (path === '/healthz') send(response, 200, 'alive')
  else if (path === '/readyz') void answerReadiness(response, readiness)
  else return false
  return true
}

/** Returns the path without the query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/'
}

async function answerReadiness(response: ServerResponse, readiness: Readiness): Promise<void> {
  const isReady = await readiness.isReady()
  if (isReady) send(response, 200, 'ready')
  else send(response, 503, readiness.isDraining ? 'stopping' : 'store unavailable')
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(status === 503 && { 'retry-after': '5' }),
  })
  response.end(JSON.stringify({ status: text }))
}
