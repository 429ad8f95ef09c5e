import { Hono } from 'hono'
import * as v from 'valibot'
import type { HubClock } from '../hub/hub-clock.ts'
import { json, readJson } from '../http/http.ts'
import { explain } from '../errors/explain-issue.ts'
import { Refusal } from '../errors/refusal.ts'

const commands = v.union(
  [
    v.strictObject({ set: v.pipe(v.string(), v.isoTimestamp()) }),
    v.strictObject({ advanceInMs: v.pipe(v.number(), v.integer()) }),
    v.strictObject({ isStopped: v.boolean() }),
    v.strictObject({ reset: v.literal(true) }),
  ],
  'must be {"set": a time in ISO 8601}, {"advanceInMs": a whole number}, {"isStopped": true or false}, or {"reset": true}',
)

/** Reads and sets the hub's time. */
export function clockRoutes(clock: HubClock): Hono {
  const app = new Hono()
  const respond = (): Response => json({ now: new Date(clock.now()).toISOString(), isStopped: clock.isStopped })
  app.get('/', respond)
  app.post('/', async (request) => {
    const parsed = v.safeParse(commands, await readJson(request))
    if (!parsed.success) throw new Refusal('ArgumentInvalid', explain(parsed.issues))
    const command = parsed.output
    if ('set' in command) clock.set(new Date(command.set))
    else if ('advanceInMs' in command) clock.advance(command.advanceInMs)
    else if ('reset' in command) clock.reset()
    else if (command.isStopped) clock.stop()
    else clock.start()
    return respond()
  })
  return app
}
