import { Hono } from 'hono'
import * as v from 'valibot'
import type { HubClock } from '../hub/hub-clock.ts'
import { json, readJson } from '../http/http.ts'
import { explain } from '../errors/explain-issue.ts'
import { Refusal } from '../errors/refusal.ts'

const steps = v.union(
  [
    v.strictObject({ set: v.pipe(v.string(), v.isoTimestamp()) }),
    v.strictObject({ advanceInMs: v.pipe(v.number(), v.integer()) }),
    v.strictObject({ isStopped: v.boolean() }),
    v.strictObject({ reset: v.literal(true) }),
  ],
  'must be {"set": a time in ISO 8601}, {"advanceInMs": a whole number}, {"isStopped": true or false} or {"reset": true}',
)

/** The hub's time: what it is, and what it is to be. */
export function clockRoutes(clock: HubClock): Hono {
  const app = new Hono()
  const told = (): Response => json({ now: new Date(clock.now()).toISOString(), isStopped: clock.isStopped })
  app.get('/', told)
  app.post('/', async (request) => {
    const parsed = v.safeParse(steps, await readJson(request))
    if (!parsed.success) throw new Refusal('ArgumentInvalid', explain(parsed.issues))
    const step = parsed.output
    if ('set' in step) clock.set(new Date(step.set))
    else if ('advanceInMs' in step) clock.advance(step.advanceInMs)
    else if ('reset' in step) clock.reset()
    else if (step.isStopped) clock.stop()
    else clock.start()
    return told()
  })
  return app
}
