import type { MiddlewareHandler } from 'hono'
import type { Context } from '../hub/context.ts'
import type { Metered } from './tier.ts'

/** Lets a request pass at the rate of the hub's tier; past it the answer is 429001. */
export function metered({ throttle }: Context, what: Metered): MiddlewareHandler {
  return async (_context, next) => {
    await throttle.admit(what)
    await next()
  }
}
