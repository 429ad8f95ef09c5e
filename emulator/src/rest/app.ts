import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { FaultSource } from '../faults.ts'
import type { Context } from '../operations/context.ts'
import { registryStatistics, serviceStatistics } from '../operations/statistics.ts'
import { restErrorBody } from '../rules/error-body.ts'
import { Refusal, refusalForStatus } from '../rules/refusal.ts'
import type { Authority } from './authorize.ts'
import { requires } from './authorize.ts'
import { deviceRoutes } from './devices.ts'
import { faulty } from './faulty.ts'
import { json } from './http.ts'
import { twinRoutes } from './twins.ts'

/** A hundred devices, or the largest twin with its metadata, have room in it. */
const maxBodyBytes = 1024 * 1024

/** The service API as azure-iothub 1.16.6 uses it (protocol sheet 6). */
export function createRestApp(context: Context, authority: Authority, faults: FaultSource): Hono {
  const app = new Hono()
  const refuse = (refusal: Refusal): Response => {
    const occurrence = { trackingId: `${randomBytes(16).toString('hex')}-G:0`, at: context.clock() }
    return json(restErrorBody(refusal, occurrence), refusal.status, { 'iothub-errorcode': refusal.code })
  }
  const tooLarge = new Refusal('RequestEntityTooLarge', `The body must not exceed ${maxBodyBytes} bytes`)

  app.use(
    '*',
    faulty(faults, (status) => refuse(refusalForStatus(status))),
  )
  app.use('*', bodyLimit({ maxSize: maxBodyBytes, onError: () => refuse(tooLarge) }))
  app.route('/twins', twinRoutes(context, authority))
  app.route('/devices', deviceRoutes(context, authority))
  app.get('/statistics/devices', requires(authority, 'RegistryRead'), () => json(registryStatistics(context)))
  app.get('/statistics/service', requires(authority, 'ServiceConnect'), () => json(serviceStatistics(context)))
  app.notFound(() => refuse(new Refusal('ResourceNotFound', 'There is nothing at this address')))
  app.onError((error) =>
    refuse(error instanceof Refusal ? error : new Refusal('ServerError', 'The hub failed', { cause: error })),
  )
  return app
}
