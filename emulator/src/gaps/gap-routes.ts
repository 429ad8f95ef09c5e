import { Hono } from 'hono'
import type { Gap, GapName } from './gaps.ts'
import { gapMessage, gaps } from './gaps.ts'
import { Refusal } from '../errors/refusal.ts'

/**
 * Answers 501 where a real hub has something that this one has not. No official SDK has a meaning of its own for 501, and none repeats such a
 * request: azure-iothub makes a plain Error of it, and the retry policies of ms-rest-js and msrest leave it out.
 */
export function gapRoutes(): Hono {
  const app = new Hono()
  for (const [name, gap] of Object.entries(gaps) as [GapName, Gap][]) {
    for (const [method, route] of gap.requests ?? []) {
      const refuse = (): never => {
        throw new Refusal('NotImplemented', gapMessage(name))
      }
      if (method === '*') app.all(route, refuse)
      else app.on(method, route, refuse)
    }
  }
  return app
}
