import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import type { ConnectionStrings } from '../hub/connection-strings.ts'
import type { Endpoints } from '../hub/endpoints.ts'
import type { EventLog } from '../events/event-log.ts'
import type { Faults } from '../faults/faults.ts'
import type { HubClock } from '../hub/hub-clock.ts'
import type { Context } from '../hub/context.ts'
import { listDevices } from '../identity/registry-summaries.ts'
import type { Snapshots } from '../snapshots/snapshots.ts'
import type { Authority } from '../access/authorize.ts'
import { json } from '../http/http.ts'
import { refusalFor } from '../errors/refusal.ts'
import { clockRoutes } from './clock.ts'
import { deviceRoutes } from './devices.ts'
import { eventId } from '../events/event-position.ts'
import { eventRoutes } from '../events/event-routes.ts'
import { faultRoutes } from '../faults/fault-routes.ts'
import { guard } from './guard.ts'
import { pageRoutes } from './page.ts'
import { readiness } from './readiness.ts'
import { snapshotRoutes } from '../snapshots/snapshot-routes.ts'

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
  readonly reach: () => HubAddresses
}

/** How the hub is reached. */
export interface HubAddresses {
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
    const refusal = refusalFor(error, context.onError)
    return json({ message: refusal.message }, refusal.status)
  })
  return app
}
