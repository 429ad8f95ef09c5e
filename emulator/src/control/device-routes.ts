import { type Context as HonoContext, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ConnectionStrings } from '../hub/connection-strings.ts'
import { isLoopback } from '../http/loopback.ts'
import { sendToDevice } from '../messages/cloud-messages.ts'
import type { Context } from '../hub/context.ts'
import { changeIdentity, createIdentity, deleteIdentity } from '../identity/identities.ts'
import { invokeMethod } from '../methods/invoke-method.ts'
import { readTwin, updateTwinStrictly } from '../twin/twins.ts'
import { identityIn, json, noContent, readJson } from '../http/http.ts'
import { socketOf } from '../http/peer.ts'
import { parseInputMessage, sendToInput } from '../messages/input-messages.ts'
import { parseCloudMessage } from '../messages/cloud-message.ts'
import type { Identity } from '../identity/identity-id.ts'
import { parseIdentityRequest } from '../identity/identity.ts'
import { type JsonObject, isObject } from '../formats/json.ts'
import { parseMethodCall } from '../methods/method.ts'
import { Refusal } from '../errors/refusal.ts'

/**
 * The device operations of the hub's page, without a token, because the guard has admitted the
 * request. Only the connection string contains a key.
 */
export function deviceRoutes(context: Context, connectionStrings: () => ConnectionStrings): Hono {
  const app = new Hono()
  app.post('/', async (request) => {
    const body = await readObject(request)
    const { deviceId, ...identityRequest } = body
    await createIdentity(context, { deviceId: deviceId as string }, parseIdentityRequest(identityRequest))
    return json({ deviceId }, 201)
  })
  for (const path of ['/:deviceId', '/:deviceId/modules/:moduleId']) {
    app.get(path, (request) => json(overview(context, identityIn(request))))
    app.patch(`${path}/twin`, async (request) => {
      const ifMatch = request.req.header('if-match')
      return json(await updateTwinStrictly(context, identityIn(request), await readJson(request), ifMatch))
    })
    app.put(`${path}/status`, async (request) => {
      const { status, statusReason } = parseIdentityRequest(await readObject(request))
      if (status === undefined) throw new Refusal('ArgumentInvalid', "status must be 'enabled' or 'disabled'")
      await changeIdentity(context, identityIn(request), { status, statusReason: statusReason ?? null })
      return noContent()
    })
    app.delete(`${path}/connection`, (request) => {
      const identity = identityIn(request)
      readTwin(context, identity)
      context.devices.disconnect(identity)
      return noContent()
    })
    app.delete(path, async (request) => {
      await deleteIdentity(context, identityIn(request), request.req.header('if-match'))
      return noContent()
    })
    app.post(`${path}/methods`, async (request) => {
      const call = parseMethodCall(await readJson(request))
      return json(await invokeMethod(context, identityIn(request), call))
    })
    // A POST, so that opening a URL reveals no key. It works on this machine only, even for remote
    // owners.
    app.post(`${path}/connection-string`, async (request) => {
      if (!isLoopback(socketOf(request).remoteAddress)) {
        throw new HTTPException(403, { message: 'Refused: connection strings are available on this machine only' })
      }
      const { plain } = await readObject(request)
      const { deviceId, moduleId } = identityIn(request)
      const options = { plain: plain === true, ...(moduleId === undefined ? {} : { moduleId }) }
      const connectionString = connectionStrings().device(deviceId, options)
      return json({ connectionString }, 200, { 'cache-control': 'no-store' })
    })
  }
  app.post('/:deviceId/modules/:moduleId/inputs/:inputName', async (request) => {
    const message = parseInputMessage(await readJson(request))
    return json(await sendToInput(context, identityIn(request), request.req.param('inputName'), message), 201)
  })
  app.post('/:deviceId/messages', async (request) => {
    const message = parseCloudMessage(await readJson(request))
    return json(await sendToDevice(context, request.req.param('deviceId'), message), 201)
  })
  return app
}

function overview(context: Context, identity: Identity): JsonObject {
  const { deviceId, moduleId } = identity
  const modules = moduleId === undefined ? context.registry.modulesOf(deviceId) : []
  return { twin: readTwin(context, identity), modules: modules.flatMap((record) => record.moduleId ?? []) }
}

async function readObject(request: HonoContext): Promise<JsonObject> {
  const body = await readJson(request)
  if (!isObject(body)) throw new Refusal('ArgumentInvalid', 'The body must be a JSON object')
  return body
}
