import { Hono } from 'hono'
import { type Gap, type GapName, gapMessage, GAPS } from './gaps.ts'
import { Refusal } from '../errors/refusal.ts'

/**
 * Answers 501 to requests for features of IoT Hub that the local hub does not implement. No
 * official SDK interprets or retries a 501: azure-iothub turns it into a plain Error, and the retry
 * policies of ms-rest-js and msrest exclude it.
 */
export function gapRoutes(): Hono {
  const app = new Hono()
  for (const [name, gap] of Object.entries(GAPS) as [GapName, Gap][]) {
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
