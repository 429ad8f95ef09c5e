import type { MiddlewareHandler } from 'hono'
import type { Occasion } from './active-fault.ts'
import type { FaultSource } from './faults.ts'

const DEFAULT_STATUS = 503

/**
 * Finds the fault that answers a request in place of the hub, and counts the injection.
 *
 * @returns the response; without `body`, the hub's own error body for the status applies
 */
export function findInjectedResponse(
  faults: FaultSource,
  occasion: Occasion,
): { readonly status: number; readonly body?: string } | undefined {
  if (faults.apply('throttle', occasion) !== undefined) return { status: 429 }
  const refusal = faults.apply('refuse', occasion)
  if (refusal !== undefined) return { status: refusal.status ?? DEFAULT_STATUS }
  return faults.apply('answer', occasion)
}

/** Finds the fault that refuses a WebSocket upgrade. @returns its HTTP status */
export function injectedUpgradeStatus(faults: FaultSource): number | undefined {
  const refusal = faults.apply('refuse', { operation: 'upgrade' })
  return refusal && (refusal.status ?? DEFAULT_STATUS)
}

/** Injects the faults of the REST API. A REST request comes from a back end and has no identity. */
export function injectRestFaults(faults: FaultSource, failure: (status: number) => Response): MiddlewareHandler {
  const occasion = { operation: 'rest' } as const
  return async (_context, next) => {
    const response = findInjectedResponse(faults, occasion)
    if (response !== undefined) {
      const { status, body } = response
      if (body === undefined) return failure(status)
      return new Response(body, { status, headers: { 'content-type': 'application/json' } })
    }
    await next()
    if (faults.apply('lose', occasion)) await new Promise(() => undefined)
    const delay = faults.apply('delay', occasion)
    if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay.milliseconds).unref())
    return undefined
  }
}
