import { Hono } from 'hono'
import { purge, sendToDevice } from '../operations/cloud-messages.ts'
import type { Context } from '../operations/context.ts'
import { parseCloudMessage } from '../rules/cloud-message.ts'
import type { Authority } from './authorize.ts'
import { requires } from './authorize.ts'
import { json, readJson } from './http.ts'
import { metered } from './metered.ts'

/** Cloud-to-device messages. Sending is this hub's own call: the SDKs send over AMQP (protocol sheet 6.2). */
export function cloudMessageRoutes(context: Context, authority: Authority): Hono {
  const app = new Hono()
  const connect = requires(authority, 'ServiceConnect')
  app.post('/:deviceId/messages/devicebound', connect, metered(context, 'cloudMessages'), async (request) =>
    json(await sendToDevice(context, request.req.param('deviceId'), parseCloudMessage(await readJson(request))), 201),
  )
  app.delete('/:deviceId/commands', connect, async (request) =>
    json(await purge(context, request.req.param('deviceId'))),
  )
  return app
}
