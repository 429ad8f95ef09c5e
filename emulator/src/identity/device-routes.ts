import { Hono, type Context as HonoContext } from 'hono'
import { every } from 'hono/combine'
import { bulk } from './bulk.ts'
import type { Context } from '../hub/context.ts'
import { changeIdentity, createIdentity, deleteIdentity, documentOf, readIdentity } from './identities.ts'
import { missing } from './not-registered.ts'
import { answerQuery } from '../query/answer-query.ts'
import { parseIdentityRequest } from './identity.ts'
import { isObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'
import { type Authority, requires } from '../access/authorize.ts'
import { identityIn, json, noContent, readJson, wholeNumber } from '../http/http.ts'
import { metered } from '../throttling/throttle.ts'

const MAX_LISTED = 1000

/**
 * The identity registry: devices, modules, and the query over twins
 * (docs/protocol/protocol.md §6.2).
 */
export function deviceRoutes(context: Context, authority: Authority): Hono {
  const app = new Hono({ strict: false })
  const read = every(requires(authority, 'RegistryRead'), metered(context, 'registry'))
  const write = every(requires(authority, 'RegistryWrite'), metered(context, 'registry'))

  // The reference requires ServiceConnect for twins. The tutorials use RegistryRead for queries.
  const mayQuery = requires(authority, 'ServiceConnect', 'RegistryRead')
  app.post('/query', mayQuery, metered(context, 'queries'), async (request) =>
    answerQuery(context, request, await readJson(request)),
  )
  app.get('/', read, (request) => {
    const top = Math.min(wholeNumber('top', request.req.query('top')) ?? MAX_LISTED, MAX_LISTED)
    return json(firstOf(context.registry.devicesAfter(), top).map(([, record]) => documentOf(context, record)))
  })
  app.post('/', write, async (request) => {
    const result = await bulk(context, await readJson(request))
    return json(result, result.isSuccessful ? 200 : 400)
  })
  app.get('/:deviceId/modules', read, (request) => {
    const { deviceId } = identityIn(request)
    if (context.registry.find({ deviceId }) === undefined) throw missing({ deviceId })
    return json(context.registry.modulesOf(deviceId).map((record) => documentOf(context, record)))
  })
  for (const path of ['/:deviceId', '/:deviceId/modules/:moduleId']) {
    app.get(path, read, (request) => json(readIdentity(context, identityIn(request))))
    app.put(path, write, (request) => putIdentity(context, request))
    app.delete(path, write, async (request) => {
      await deleteIdentity(context, identityIn(request), request.req.header('if-match'))
      return noContent()
    })
  }
  return app
}

/**
 * A PUT without If-Match creates, and a PUT with If-Match updates (docs/protocol/protocol.md §6.2).
 */
async function putIdentity(context: Context, request: HonoContext): Promise<Response> {
  const identity = identityIn(request)
  const body = await readJson(request)
  if (!isObject(body)) throw new Refusal('ArgumentInvalid', 'The body must be a JSON object')
  for (const [name, id] of Object.entries(identity) as [string, string][]) {
    if (body[name] !== undefined && body[name] !== id) {
      throw new Refusal('ArgumentInvalid', `${name} in the body must be the same as in the address`)
    }
  }
  const identityRequest = parseIdentityRequest(body)
  const ifMatch = request.req.header('if-match')
  if (ifMatch !== undefined) return json(await changeIdentity(context, identity, identityRequest, ifMatch))
  // IoT Hub answers 201 for a new module and 200 for a new device (azure-iothub: service.json).
  return json(await createIdentity(context, identity, identityRequest), identity.moduleId === undefined ? 200 : 201)
}

function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const first: Item[] = []
  for (const item of items) {
    if (first.length === count) break
    first.push(item)
  }
  return first
}
