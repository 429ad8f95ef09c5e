import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import type { Context } from '../hub/context.ts'
import { invokeMethod } from './invoke-method.ts'
import { methodErrorBody } from '../errors/error-body.ts'
import type { Identity } from '../identity/identity-id.ts'
import type { Json } from '../formats/json.ts'
import { parseMethodCall } from './method.ts'
import { Refusal } from '../errors/refusal.ts'
import { type Authority, requires } from '../access/authorize.ts'
import { identityIn, json, readJson } from '../http/http.ts'

/** Direct methods of devices and modules (docs/protocol/protocol.md §6.2). */
export function methodRoutes(context: Context, authority: Authority): Hono {
  const app = new Hono()
  for (const path of ['/:deviceId/methods', '/:deviceId/modules/:moduleId/methods']) {
    app.post(path, requires(authority, 'ServiceConnect'), (request) => {
      return answerMethod(
        context,
        identityIn(request),
        () => readJson(request),
        (result) => json(result),
      )
    })
  }
  return app
}

type MethodResult = Awaited<ReturnType<typeof invokeMethod>>

/**
 * Calls a method, and responds in the form that callers of methods expect. Errors have their own
 * form, too.
 */
export async function answerMethod(
  context: Context,
  identity: Identity,
  readCall: () => Promise<Json>,
  toResponse: (result: MethodResult) => Response,
): Promise<Response> {
  let waitedInSeconds = 0
  try {
    const call = parseMethodCall(await readCall())
    waitedInSeconds = call.connectTimeoutInSeconds
    await context.throttle.admit('methods', { cost: meteredKilobytes(call.payload) })
    return toResponse(await invokeMethod(context, identity, call))
  } catch (error) {
    // An unregistered identity and a bug of the hub get the error body of the registry.
    if (!(error instanceof Refusal) || error.code === 'DeviceNotFound' || error.code === 'ModuleNotFound') throw error
    const occurrence = { trackingId: `${randomBytes(16).toString('hex')}-G:0`, at: context.clock() }
    return json(methodErrorBody(error, occurrence, waitedInSeconds), error.status, { 'iothub-errorcode': error.code })
  }
}

/**
 * A call counts in multiples of 4 KB, at least 4 KB (IoT Hub: quotas and throttling, throttling
 * details).
 */
function meteredKilobytes(payload: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(payload) / 4096)) * 4
}
