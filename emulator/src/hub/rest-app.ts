import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import type { FaultSource } from '../faults/faults.ts'
import type { Context } from './context.ts'
import { registryStatistics, serviceStatistics } from '../identity/registry-summaries.ts'
import { restErrorBody } from '../errors/error-body.ts'
import { Refusal, refusalFor, refusalForStatus } from '../errors/refusal.ts'
import { requireApiVersion } from '../http/api-version.ts'
import { type Authority, requires } from '../access/authorize.ts'
import { cloudMessageRoutes, feedbackRoutes } from '../messages/message-routes.ts'
import { configurationContentRoutes, configurationRoutes } from '../configurations/configuration-routes.ts'
import { deviceRoutes } from '../identity/device-routes.ts'
import { digitalTwinRoutes } from '../digital-twins/digital-twin-routes.ts'
import { answerBrowsers } from '../control/not-found-page.ts'
import { injectRestFaults } from '../faults/injected-responses.ts'
import { gapRoutes } from '../gaps/gap-routes.ts'
import { json } from '../http/http.ts'
import { jobRoutes } from '../jobs/job-routes.ts'
import { methodRoutes } from '../methods/method-routes.ts'
import { ownHostOnly } from '../http/peer.ts'
import { routedPath } from '../http/routed-path.ts'
import { twinRoutes } from '../twin/twin-routes.ts'

/**
 * The REST API of the service, as azure-iothub 1.16.6 uses it (docs/protocol/protocol.md §6).
 *
 * @param control the routes that exist on the local hub only; faults do not affect them
 */
export function createRestApp(context: Context, authority: Authority, faults: FaultSource, control: Hono): Hono {
  const app = new Hono({ getPath: routedPath })
  const refuse = (refusal: Refusal, status: number = refusal.status): Response => {
    const occurrence = { trackingId: `${randomBytes(16).toString('hex')}-G:0`, at: context.clock() }
    return json(restErrorBody(refusal, occurrence), status, { 'iothub-errorcode': refusal.code })
  }

  app.route('/', control)
  app.use(
    '*',
    ownHostOnly(authority.hostName, (message) => new Refusal('ArgumentInvalid', message)),
  )
  app.use('*', answerBrowsers)
  app.use(
    '*',
    injectRestFaults(faults, (status) => refuse(refusalForStatus(status), status)),
  )
  app.use('*', requireApiVersion)
  app.route('/twins', methodRoutes(context, authority))
  app.route('/twins', twinRoutes(context, authority))
  app.route('/devices', cloudMessageRoutes(context, authority))
  app.route('/devices', deviceRoutes(context, authority))
  app.route('/messages', feedbackRoutes(context, authority))
  app.route('/jobs/v2', jobRoutes(context, authority))
  app.route('/configurations', configurationRoutes(context, authority))
  app.route('/devices', configurationContentRoutes(context, authority))
  // The spelling of azure-iothub and of Azure IoT Explorer.
  for (const path of ['/digitaltwins', '/digitalTwins']) app.route(path, digitalTwinRoutes(context, authority))
  app.get('/statistics/devices', requires(authority, 'RegistryRead'), () => json(registryStatistics(context)))
  app.get('/statistics/service', requires(authority, 'ServiceConnect'), () => json(serviceStatistics(context)))
  app.route('/', gapRoutes())
  app.notFound(() => refuse(new Refusal('ResourceNotFound', 'There is no resource at this address')))
  app.onError((error) => {
    return refuse(refusalFor(error, context.onError))
  })
  return app
}
