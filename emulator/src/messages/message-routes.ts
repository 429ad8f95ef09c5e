import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { purge, sendToDevice } from './cloud-messages.ts'
import type { Context } from '../hub/context.ts'
import { cloudMessageOfRequest } from './cloud-message-headers.ts'
import { type Authority, requires } from '../access/authorize.ts'
import { json, noContent, readBody } from '../http/http.ts'
import { metered } from '../throttling/throttle.ts'

/**
 * Cloud-to-device messages over HTTP. The SDKs send over AMQP, Azure IoT Explorer over HTTP, with
 * its own spelling of the last segment.
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
