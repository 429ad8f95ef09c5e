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
import { json, readJson } from '../http/http.ts'
import { refusalFor } from '../errors/refusal.ts'
import { listConfigurations } from '../configurations/configurations.ts'
import { clockRoutes } from './clock-routes.ts'
import { deviceRoutes } from './device-routes.ts'
import { eventId } from '../events/event-position.ts'
import { eventRoutes } from '../events/event-routes.ts'
import { faultRoutes } from '../faults/fault-routes.ts'
import { guard } from './guard.ts'
import { isForBrowser, notFoundPage } from './not-found-page.ts'
import { pageRoutes } from './page-routes.ts'
import { answerQueryOfPage } from '../query/answer-query.ts'
import { snapshotRoutes } from '../snapshots/snapshot-routes.ts'

/** The parts of the hub that the control API needs. */
export interface ControlParts {
  readonly context: Context
  readonly authority: Authority
  readonly faults: Faults
  readonly clock: HubClock
  readonly snapshots: Pick<Snapshots, 'take' | 'restore'>
  /** Whether the store is open and every port listens. */
  readonly isReady: () => boolean
  readonly log: EventLog
  /** Available once every port listens. */
  readonly addresses: () => HubAddresses
}

/** The addresses of a hub, and the connection strings for them. */
export interface HubAddresses {
  readonly endpoints: Endpoints
  readonly connectionStrings: ConnectionStrings
}

/**
 * The parts that only the local hub has: its page, and the control API under `/hub/`. The guard
 * protects all of it except the readiness check. Errors have the body `{ "message": … }`. Injected
 * REST faults do not apply here.
 */
export function createControlApp(parts: ControlParts): Hono {
  const { context, authority, faults, clock, snapshots, isReady, log, addresses } = parts
  const app = new Hono()
  const startedAt = context.clock()
  // A page of another origin may ask whether a hub runs, but without CORS it cannot read the
  // response.
  app.get(
    '/hub/ready',
    secureHeaders({ strictTransportSecurity: false, crossOriginResourcePolicy: 'cross-origin' }),
    () => readiness(isReady()),
  )
  // Strict-Transport-Security would apply to every port of localhost.
  app.use('/hub/*', secureHeaders({ strictTransportSecurity: false }))
  app.route('/', pageRoutes(authority))
  app.use('/hub/*', guard(authority))
  app.use('/hub/*', async (_context, next) => {
    if (!isReady()) throw new HTTPException(503, { message: 'The hub is starting or closing; try again' })
    await next()
  })
  app.route('/hub/faults', faultRoutes(faults))
  app.route('/hub/clock', clockRoutes(clock))
  app.route('/hub/snapshot', snapshotRoutes(snapshots))
  app.route('/hub/events', eventRoutes(log))
  app.get('/hub/devices', () => {
    const { endpoints } = addresses()
    const hub = { hostName: authority.hostName, endpoints, startedAt, now: context.clock() }
    return json({ hub, lastEventId: eventId(log, log.last), devices: listDevices(context) })
  })
  app.get('/hub/configurations', () => json(listConfigurations(context)))
  app.post('/hub/query', async (request) => answerQueryOfPage(context, request, await readJson(request)))
  app.route(
    '/hub/devices',
    deviceRoutes(context, () => addresses().connectionStrings),
  )
  app.all('/hub/*', ({ req }) => {
    throw new HTTPException(404, { message: `There is no ${req.method} ${req.path}` })
  })
  app.onError((error, { req }) => {
    if (error instanceof HTTPException && error.status === 404 && isForBrowser(req.header('accept'))) {
      return notFoundPage()
    }
    if (error instanceof HTTPException) return json({ message: error.message }, error.status)
    const refusal = refusalFor(error, context.onError)
    return json({ message: refusal.message }, refusal.status)
  })
  return app
}

/**
 * `GET /hub/ready`: 200 while the store is open and every port listens, otherwise 503. It needs no
 * token, because it reveals nothing else.
 */
export function readiness(isReady: boolean): Response {
  return json({ ready: isReady }, isReady ? 200 : 503, { 'cache-control': 'no-store' })
}
