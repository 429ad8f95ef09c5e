import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { Refusal } from '../errors/refusal.ts'
import { purge, sendToDevice } from './cloud-messages.ts'
import type { Context } from '../hub/context.ts'
import { cloudMessageOfRequest } from './cloud-message-headers.ts'
import { type Authority, requires } from '../access/authorize.ts'
import { json, noContent, readBody } from '../http/http.ts'
import { metered } from '../throttling/throttle.ts'

/**
 * Cloud-to-device messages over HTTP. The SDKs send over AMQP. Azure IoT Explorer sends over HTTP,
 * with its own spelling of the last segment.
 */
export function cloudMessageRoutes(context: Context, authority: Authority): Hono {
  const app = new Hono()
  const connect = requires(authority, 'ServiceConnect')
  const path = '/:deviceId/messages/:last{[dD]evice[bB]ound}'
  app.post(path, connect, metered(context, 'cloudMessages'), async (request) => {
    const { rawHeaders } = (request.env as HttpBindings).incoming
    const message = cloudMessageOfRequest(rawHeaders, await readBody(request))
    await sendToDevice(context, request.req.param('deviceId'), message)
    return noContent()
  })
  app.delete('/:deviceId/commands', connect, async (request) =>
    json(await purge(context, request.req.param('deviceId'))),
  )
  return app
}

/**
 * The feedback of cloud-to-device messages. Microsoft documents it for AMQP only, but the REST
 * client of azure-iothub has these requests (docs/protocol/device.md §3.2). The lock token of a
 * batch is in the header ETag, as for other messages over HTTP.
 */
export function feedbackRoutes({ feedback }: Context, authority: Authority): Hono {
  const app = new Hono()
  const connect = requires(authority, 'ServiceConnect')
  const path = '/:last{[sS]ervice[bB]ound}/feedback'
  app.get(path, connect, () => {
    const batch = feedback.receive()
    if (batch === undefined) return noContent()
    const headers = { 'content-type': 'application/vnd.microsoft.iothub.feedback.json', etag: `"${batch.lockToken}"` }
    return new Response(JSON.stringify(batch.records), { headers })
  })
  app.delete(`${path}/:lockToken`, connect, ({ req }) => settled(feedback.complete(req.param('lockToken'))))
  app.post(`${path}/:lockToken/abandon`, connect, ({ req }) => settled(feedback.abandon(req.param('lockToken'))))
  return app
}

function settled(isSettled: boolean): Response {
  if (isSettled) return noContent()
  throw new Refusal('PreconditionFailed', 'The lock token is unknown or has expired')
}
