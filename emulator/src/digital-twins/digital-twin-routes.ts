import { randomUUID } from 'node:crypto'
import { Hono, type Context as HonoContext } from 'hono'
import type { Context } from '../hub/context.ts'
import { readDigitalTwin, updateDigitalTwin } from './digital-twins.ts'
import type { Json } from '../formats/json.ts'
import { type Authority, requires } from '../access/authorize.ts'
import { json, readJson } from '../http/http.ts'
import { metered } from '../throttling/throttle.ts'
import { answerMethod } from '../methods/method-routes.ts'

/** Digital twins of devices (IoT Hub REST: Digital Twin). */
export function digitalTwinRoutes(context: Context, authority: Authority): Hono {
  const app = new Hono()
  app.use('*', requires(authority, 'ServiceConnect'))
  app.get('/:deviceId', metered(context, 'twinReads'), ({ req }) => {
    const { document, etag } = readDigitalTwin(context, req.param('deviceId'))
    return json(document, 200, { etag: `"${etag}"` })
  })
  app.patch('/:deviceId', metered(context, 'twinUpdates'), async (request) => {
    const { req } = request
    const deviceId = req.param('deviceId')
    const etag = await updateDigitalTwin(context, deviceId, await readJson(request), req.header('if-match'))
    const location = `/digitaltwins/${encodeURIComponent(deviceId)}`
    return new Response(null, { status: 202, headers: { etag: `"${etag}"`, location } })
  })
  for (const path of ['/:deviceId/commands/:command', '/:deviceId/components/:component/commands/:command']) {
    app.post(path, (request) => command(context, request))
  }
  return app
}

/**
 * Calls a command, which is a direct method. The method of a component's command is named
 * `component*command` (IoT Plug and Play conventions, commands).
 */
async function command(context: Context, request: HonoContext): Promise<Response> {
  const { req } = request
  const names = [req.param('component'), req.param('command')].filter((name) => name !== undefined)
  return answerMethod(
    context,
    { deviceId: req.param('deviceId') ?? '' },
    async () => ({
      methodName: names.join('*'),
      payload: await payloadOf(request),
      ...secondsOf(request, 'connectTimeoutInSeconds'),
      ...secondsOf(request, 'responseTimeoutInSeconds'),
    }),
    ({ status, payload }) =>
      json(payload, 200, { 'x-ms-command-statuscode': String(status), 'x-ms-request-id': randomUUID() }),
  )
}

/** A command without an argument has no body. */
async function payloadOf(request: HonoContext): Promise<Json> {
  const length = request.req.header('content-length')
  const isEmpty = length === '0' || (length === undefined && request.req.header('transfer-encoding') === undefined)
  return isEmpty ? null : readJson(request)
}

function secondsOf({ req }: HonoContext, name: string): Record<string, Json> {
  const text = req.query(name)
  return text === undefined ? {} : { [name]: /^\d{1,3}$/.test(text) ? Number(text) : text }
}
