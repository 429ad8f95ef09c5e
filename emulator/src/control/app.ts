import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import type { ConnectionStrings } from '../connection-strings.ts'
import type { Endpoints } from '../endpoints.ts'
import type { EventLog } from '../events/event-log.ts'
import type { Faults } from '../faults.ts'
import type { HubClock } from '../hub-clock.ts'
import type { Context } from '../operations/context.ts'
import { listDevices } from '../operations/device-list.ts'
import type { Snapshots } from '../operations/snapshots.ts'
import type { Authority } from '../rest/authorize.ts'
import { json } from '../rest/http.ts'
import { refusalFor } from '../rules/refusal.ts'
import { clockRoutes } from './clock.ts'
import { deviceRoutes } from './devices.ts'
import { eventId } from './event-place.ts'
import { eventRoutes } from './events.ts'
import { faultRoutes } from './faults.ts'
import { guard } from './guard.ts'
import { pageRoutes } from './page.ts'
import { readiness } from './readiness.ts'
import { snapshotRoutes } from './snapshot.ts'

/** What the control calls act upon. */
export interface ControlParts {
  readonly context: Context
  readonly authority: Authority
  readonly faults: Faults
  readonly clock: HubClock
  readonly snapshots: Pick<Snapshots, 'take' | 'restore'>
  /** Whether the store is open and every port listens. */
  readonly isReady: () => boolean
  readonly log: EventLog
  /** Known once every port listens. */
  readonly reach: () => Reach
}

/** How the hub is reached. */
export interface Reach {
  readonly endpoints: Endpoints
  readonly connectionStrings: ConnectionStrings
}

/**
 * What no real hub has: its page, and calls under `/hub/` that control this one. All but the readiness are guarded, and what fails is told as
 * `{ "message": … }`. Faults that are set for REST do not touch them.
 */
export function createControlApp(parts: ControlParts): Hono {
  const { context, authority, faults, clock, snapshots, isReady, log, reach } = parts
  const app = new Hono()
  const startedAt = context.clock()
  // This hub's certificate is its own affair: a browser told to use TLS only would do so for every port of localhost.
  app.use('/hub/*', secureHeaders({ strictTransportSecurity: false }))
  app.get('/hub/ready', () => readiness(isReady()))
  app.route('/', pageRoutes(authority))
  app.use('/hub/*', guard(authority))
  app.use('/hub/*', async (_context, next) => {
    if (!isReady()) throw new HTTPException(503, { message: 'The hub starts, or closes; ask again' })
    await next()
  })
  app.route('/hub/faults', faultRoutes(faults))
  app.route('/hub/clock', clockRoutes(clock))
  app.route('/hub/snapshot', snapshotRoutes(snapshots))
  app.route('/hub/events', eventRoutes(log))
  app.get('/hub/devices', () => {
    const { endpoints } = reach()
    const hub = { hostName: authority.hostName, endpoints, startedAt, now: context.clock() }
    return json({ hub, lastEventId: eventId(log, log.last), devices: listDevices(context) })
  })
  app.route(
    '/hub/devices',
    deviceRoutes(context, () => reach().connectionStrings),
  )
  app.all('/hub/*', ({ req }) => {
    throw new HTTPException(404, { message: `There is no ${req.method} ${req.path}` })
  })
  app.onError((error) => {
    if (error instanceof HTTPException) return json({ message: error.message }, error.status)
    const { refusal, fault } = refusalFor(error)
    if (fault !== undefined) context.onError(fault)
    return json({ message: refusal.message }, refusal.status)
  })
  return app
}
