import { ServiceError } from './service-error.ts'
import { sleep } from './sleep.ts'
import { translateError } from './translate-error.ts'

/** How to repeat a request that the hub has refused temporarily. */
export interface RetryOptions {
  /** How long to repeat a request. @default 120_000 */
  readonly deadlineInMs?: number | undefined
  /** The first wait. It doubles up to thirty times this value. @default 1000 */
  readonly waitInMs?: number | undefined
  /** Called before each wait. */
  readonly onWait?: ((wait: { readonly inMs: number; readonly error: ServiceError }) => void) | undefined
  /** Ends the waits; then the request fails with its last error. */
  readonly signal?: AbortSignal | undefined
}

/** Sends a request of the SDK. @throws ServiceError */
export type Caller = <T>(request: () => Promise<T>) => Promise<T>

/**
 * Creates a caller that adds the deadline that the SDK lacks: without it, a silent hub would block
 * its caller forever. It repeats requests after 429 and 503. A hub that responds with one of them
 * has not acted (IoT Hub: "Quotas and throttling"). `retry-after` is the minimum wait (RFC 9110
 * §10.2.3).
 */
export function createCaller(authority: string, requestTimeoutInMs: number, retries?: RetryOptions): Caller {
  async function once<T>(request: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new ServiceError('ERR_TIMEOUT', `No response from ${authority} within ${requestTimeoutInMs} ms`))
      }, requestTimeoutInMs)
    })
    try {
      return await Promise.race([request(), deadline])
    } catch (error) {
      throw translateError(error, authority)
    } finally {
      clearTimeout(timer)
    }
  }

  if (retries === undefined) return once
  const { deadlineInMs = 120_000, waitInMs = 1000, onWait = () => undefined, signal } = retries
  return async (request) => {
    const end = performance.now() + deadlineInMs
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(request)
      } catch (error) {
        if (!(error instanceof ServiceError) || !isRefusedForNow(error) || signal?.aborted === true) throw error
        // Half of the wait is random, so that many back ends do not retry at the same time.
        const backOff = Math.min(2 ** attempt, 30) * waitInMs * (0.5 + Math.random() / 2)
        const inMs = Math.ceil(Math.max(error.retryAfterInMs ?? 0, backOff))
        if (performance.now() + inMs > end) throw error
        onWait({ inMs, error })
        await sleep(inMs, signal)
      }
    }
  }
}

function isRefusedForNow({ status }: ServiceError): boolean {
  return status === 429 || status === 503
}
