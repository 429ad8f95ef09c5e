import type { MiddlewareHandler } from 'hono'
import type { FaultSource } from './faults.ts'

/** Lets the faults strike that are set for REST. They know no identity: a REST request is the back end's. */
export function faulty(faults: FaultSource, failure: (status: number) => Response): MiddlewareHandler {
  const occasion = { operation: 'rest' } as const
  return async (context, next) => {
    if (faults.strike('throttle', occasion)) return failure(429)
    const answer = faults.strike('answer', occasion)
    if (answer !== undefined) {
      if (answer.body === undefined) return failure(answer.status)
      return new Response(answer.body, { status: answer.status, headers: { 'content-type': 'application/json' } })
    }
    await next()
    if (faults.strike('lose-answer', occasion)) await new Promise(() => undefined)
    const delay = faults.strike('delay-answer', occasion)
    if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay.delayInMs).unref())
    return undefined
  }
}
