import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import type { Faults } from '../faults.ts'
import type { HubClock } from '../hub-clock.ts'
import type { Context } from '../operations/context.ts'
import type { Snapshots } from '../operations/snapshots.ts'
import type { Authority } from '../rest/authorize.ts'
import { json } from '../rest/http.ts'
import { refusalFor } from '../rules/refusal.ts'
import { clockRoutes } from './clock.ts'
import { faultRoutes } from './faults.ts'
import { guard } from './guard.ts'
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
}

/**
 * What no real hub has: calls under `/hub/` that control this one. All but the readiness are guarded, and what fails is told as
 * `{ "message": … }`. Faults that are set for REST do not touch them.
 */
export function createControlApp({ context, authority, faults, clock, snapshots, isReady }: ControlParts): Hono {
  const app = new Hono()
  // This hub's certificate is its own affair: a browser told to use TLS only would do so for every port of localhost.
  app.use('/hub/*', secureHeaders({ strictTransportSecurity: false }))
  app.get('/hub/ready', () => readiness(isReady()))
  app.use('/hub/*', guard(authority))
  app.route('/hub/faults', faultRoutes(faults))
  app.route('/hub/clock', clockRoutes(clock))
  app.route('/hub/snapshot', snapshotRoutes(snapshots))
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
