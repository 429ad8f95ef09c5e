import type { Context as HonoContext } from 'hono'
import { Hono } from 'hono'
import type { SSEStreamingApi } from 'hono/streaming'
import { streamSSE } from 'hono/streaming'
import type { EventLog, LoggedEvent } from './event-log.ts'
import { wholeNumber } from '../http/http.ts'
import { eventTypes } from './hub-event.ts'
import { Refusal } from '../errors/refusal.ts'
import type { Place } from './event-position.ts'
import { eventId, placeIn } from './event-position.ts'

const heartbeatInMs = 15_000
/** Few, since a reader that stands still holds these alone. */
const atOnce = 10

/**
 * `GET /hub/events`: what happens at the hub, as server-sent events. Each has its JSON as `data`; `?device=` and `?type=` choose some, and
 * may be repeated; `Last-Event-ID` or `?after=` goes on after an event, and `?recent=` begins with some that were before. One who is too
 * slow, or comes back too late, is told `{ "type": "missed", "count": … }`: of all events, whether chosen or not.
 */
export function eventRoutes(log: EventLog): Hono {
  const app = new Hono()
  app.get('/', (request) => {
    const isWanted = wanted(request)
    const place = placeIn(log, {
      lastEventId: request.req.header('last-event-id'),
      after: request.req.query('after'),
      recent: wholeNumber('recent', request.req.query('recent')),
    })
    return streamSSE(request, (stream) => pour(stream, log, place, isWanted))
  })
  return app
}

function wanted({ req }: HonoContext): (event: LoggedEvent) => boolean {
  const devices = req.queries('device') ?? []
  const chosen = req.queries('type') ?? []
  const unknown = chosen.find((type) => !(eventTypes as readonly string[]).includes(type))
  if (unknown !== undefined) {
    throw new Refusal('ArgumentInvalid', `There is no type ${unknown}; there are ${eventTypes.join(', ')}`)
  }
  return ({ deviceId, type }) =>
    (devices.length === 0 || devices.includes(deviceId)) && (chosen.length === 0 || chosen.includes(type))
}

/** Each write waits until the reader has taken the one before, so what is on its way is never more than a few events. */
async function pour(
  stream: SSEStreamingApi,
  log: EventLog,
  { sequence, missed }: Place,
  isWanted: (event: LoggedEvent) => boolean,
): Promise<void> {
  const ending = new AbortController()
  stream.onAbort(() => ending.abort())
  const tellMissed = (count: number | null, at: number): Promise<void> =>
    stream.writeSSE({ id: eventId(log, at), data: JSON.stringify({ type: 'missed', count }) })

  // A comment, so that the reader knows at once that it is connected; and it comes back soon when it is not.
  await stream.write(': events of the hub\nretry: 1000\n\n')
  if (missed !== 0) await tellMissed(missed, sequence)
  let at = sequence
  let told = sequence
  let { run } = log
  while (!stream.aborted) {
    if (run !== log.run) {
      run = log.run
      told = at = log.gone
      await tellMissed(null, at)
    }
    const lost = Math.max(0, log.gone - at)
    at += lost
    // Taken before the first wait: what is lost meanwhile is told in the next round.
    const events = log.after(at, atOnce)
    if (lost > 0) {
      told = at
      await tellMissed(lost, at)
    }
    for (const event of events) {
      at = event.sequence
      if (!isWanted(event)) continue
      told = at
      await stream.writeSSE({ id: eventId(log, at), data: event.text })
      if (stream.aborted) return
    }
    if (events.length === 0) await log.wait(ending.signal, heartbeatInMs)
    // A heartbeat is a comment; its id moves the place on for one who wants few of the events.
    const isQuiet = events.length === 0 && log.last === at
    if (isQuiet || at - told >= 1000) {
      told = at
      await stream.write(`: \nid: ${eventId(log, at)}\n\n`)
    }
  }
}
