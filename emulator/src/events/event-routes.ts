import { type Context as HonoContext, Hono } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import { Refusal } from '../errors/refusal.ts'
import { wholeNumber } from '../http/http.ts'
import type { EventLog } from './event-log.ts'
import { type EventPosition, eventId, startPosition } from './event-position.ts'
import { EVENT_TYPES } from './hub-event.ts'
import { type LoggedEvent, textOf } from './logged-event.ts'

const HEARTBEAT_IN_MS = 15_000
/** Small, because a stalled reader holds this many events in memory. */
const BATCH_SIZE = 10
/** A filtered stream sends its position at least every so many events. */
const MAX_EVENTS_WITHOUT_ID = 1000

/**
 * `GET /hub/events`: the hub's events as server-sent events, each with its JSON as `data`.
 *
 * `?device=` and `?type=` filter and may be repeated. `Last-Event-ID` or `?after=` continues after
 * an event, and `?recent=` starts with some earlier events. A reader that is too slow or reconnects
 * too late gets `{ "type": "missed", "count": … }`. The count includes events that the filter
 * excludes.
 */
export function eventRoutes(log: EventLog): Hono {
  const app = new Hono()
  app.get('/', (request) => {
    const isWanted = filterOf(request)
    const position = startPosition(log, {
      lastEventId: request.req.header('last-event-id'),
      after: request.req.query('after'),
      recent: wholeNumber('recent', request.req.query('recent')),
    })
    return streamSSE(request, (stream) => streamEvents(stream, log, position, isWanted))
  })
  return app
}

function filterOf({ req }: HonoContext): (event: LoggedEvent) => boolean {
  const devices = req.queries('device') ?? []
  const types = req.queries('type') ?? []
  const unknown = types.find((type) => !(EVENT_TYPES as readonly string[]).includes(type))
  if (unknown !== undefined) {
    throw new Refusal('ArgumentInvalid', `There is no type ${unknown}; the types are ${EVENT_TYPES.join(', ')}`)
  }
  return ({ deviceId, type }) =>
    (devices.length === 0 || (deviceId !== undefined && devices.includes(deviceId))) &&
    (types.length === 0 || types.includes(type))
}

/**
 * Each write waits until the reader has accepted the previous write, so few events are in flight.
 */
async function streamEvents(
  stream: SSEStreamingApi,
  log: EventLog,
  { sequence, missed }: EventPosition,
  isWanted: (event: LoggedEvent) => boolean,
): Promise<void> {
  const ending = new AbortController()
  stream.onAbort(() => ending.abort())
  const sendMissed = (count: number | null, at: number): Promise<void> =>
    stream.writeSSE({ id: eventId(log, at), data: JSON.stringify({ type: 'missed', count }) })

  // The comment shows the reader at once that it is connected. `retry` makes it reconnect soon.
  await stream.write(': events of the hub\nretry: 1000\n\n')
  if (missed !== 0) await sendMissed(missed, sequence)
  let at = sequence
  let lastSentId = sequence
  let { run } = log
  while (!stream.aborted) {
    if (run !== log.run) {
      run = log.run
      lastSentId = at = log.lastDropped
      await sendMissed(null, at)
    }
    const lost = Math.max(0, log.lastDropped - at)
    at += lost
    // Read before the first wait. The next round reports events that the log drops during a wait.
    const events = log.after(at, BATCH_SIZE)
    if (lost > 0) {
      lastSentId = at
      await sendMissed(lost, at)
    }
    for (const event of events) {
      at = event.sequence
      if (!isWanted(event)) continue
      lastSentId = at
      await stream.writeSSE({ id: eventId(log, at), data: textOf(event) })
      if (stream.aborted) return
    }
    if (events.length === 0) await log.wait(ending.signal, HEARTBEAT_IN_MS)
    // A heartbeat is a comment. Its ID advances the position of a reader whose filter excludes most
    // events.
    const isQuiet = events.length === 0 && log.last === at
    if (isQuiet || at - lastSentId >= MAX_EVENTS_WITHOUT_ID) {
      lastSentId = at
      await stream.write(`: \nid: ${eventId(log, at)}\n\n`)
    }
  }
}
