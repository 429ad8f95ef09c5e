import { isDeviceId } from '../tokens/base/device-id.ts'
import type { JsonValue } from './json.ts'
import { openSdk, type SdkClient, type SdkOptions } from './sdk.ts'
import { ServiceError } from './service-error.ts'
import { translateError } from './translate-error.ts'

/** A direct method call. */
export interface MethodCall {
  readonly deviceId: string
  readonly moduleId?: string | undefined
  readonly methodName: string
  /** @default null */
  readonly payload?: JsonValue | undefined
  /** How long the device may take, 5 to 300. @default 30 */
  readonly responseTimeoutInSeconds?: number | undefined
  /** How long to wait for a device that is not connected, 0 to 300. @default 0 */
  readonly connectTimeoutInSeconds?: number | undefined
}

/** The device's response. The device chooses the status; 200 to 299 means success by convention. */
export interface MethodResponse {
  readonly status: number
  readonly payload: JsonValue
}

export type MethodOptions = SdkOptions

/** How much longer than the hub itself a call waits, for the hub's response. */
const MARGIN_IN_SECONDS = 30

/**
 * Calls a direct method with the official SDK, azure-iothub. Calls once: the SDK itself would
 * repeat a call that timed out, although the device may have carried it out.
 *
 * @throws SyntaxError if the connection string is invalid
 * @throws ServiceError ERR_NOT_CONNECTED, ERR_NO_RESPONSE, ERR_BAD_RESPONSE, or another code
 * @example
 * ```ts
 * import { callMethod } from 'hubtwin-service'
 *
 * const call = { deviceId: 'device1', methodName: 'reboot', payload: { delay: 3 } }
 * const { status, payload } = await callMethod(process.env.IOTHUB_CONNECTION_STRING!, call)
 * console.log(status, payload)
 * ```
 */
export async function callMethod(
  connectionString: string,
  call: MethodCall,
  options: MethodOptions = {},
): Promise<MethodResponse> {
  const { authority, ...sdk } = openSdk(connectionString, options)
  const client = sdk.client()
  client.setRetryPolicy({ shouldRetry: () => false, nextRetryTimeout: () => -1 })

  const { methodName, payload = null, responseTimeoutInSeconds = 30, connectTimeoutInSeconds = 0 } = call
  const params = { methodName, payload, responseTimeoutInSeconds, connectTimeoutInSeconds }
  const seconds = responseTimeoutInSeconds + connectTimeoutInSeconds + MARGIN_IN_SECONDS
  try {
    const { result } = await withDeadline(invoke(client, call, params), seconds, authority)
    return toResponse(result, authority)
  } catch (error) {
    throw methodError(error, call, authority)
  }
}

interface SdkParams {
  readonly methodName: string
  readonly payload: JsonValue
  readonly responseTimeoutInSeconds: number
  readonly connectTimeoutInSeconds: number
}

function invoke(
  client: SdkClient,
  { deviceId, moduleId }: MethodCall,
  { ...params }: SdkParams,
): Promise<{ result: unknown }> {
  for (const id of moduleId === undefined ? [deviceId] : [deviceId, moduleId]) {
    if (!isDeviceId(id)) throw new TypeError(`${JSON.stringify(id)} cannot be the ID of a device or module`)
  }
  return moduleId === undefined
    ? client.invokeDeviceMethod(deviceId, params)
    : client.invokeDeviceMethod(deviceId, moduleId, params)
}

async function withDeadline<Value>(request: Promise<Value>, seconds: number, authority: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ServiceError('ERR_TIMEOUT', `No response from ${authority} within ${seconds} s`))
    }, seconds * 1000)
  })
  try {
    return await Promise.race([request, deadline])
  } finally {
    clearTimeout(timer)
  }
}

function toResponse(result: unknown, authority: string): MethodResponse {
  const { status, payload = null } = (result ?? {}) as { readonly status?: unknown; readonly payload?: JsonValue }
  if (typeof status !== 'number')
    throw new ServiceError('ERR_PROTOCOL', `${authority} responded to a call without a status`)
  return { status, payload }
}

/** The outcomes that only a method call has (docs/protocol/device.md §2.3). */
function methodError(error: unknown, call: MethodCall, authority: string): unknown {
  if (error instanceof TypeError) return error
  const target = call.moduleId === undefined ? call.deviceId : `${call.deviceId}/${call.moduleId}`
  const { response, responseBody } = error as { response?: { statusCode?: number }; responseBody?: unknown }
  const status = response?.statusCode
  const body = String(responseBody)
  if (status === 404 && /DeviceNotOnline|\b404103\b/.test(body)) {
    const problem = `${target} is not connected or handles no methods; --connect-timeout waits for it`
    return new ServiceError('ERR_NOT_CONNECTED', problem, status)
  }
  if (status === 504) {
    const seconds = call.responseTimeoutInSeconds ?? 30
    const problem = `${target} did not respond to ${call.methodName} within ${seconds} s; it may still carry it out`
    return new ServiceError('ERR_NO_RESPONSE', problem, status)
  }
  if (status === 502) {
    return new ServiceError(
      'ERR_BAD_RESPONSE',
      `${target} responded to ${call.methodName} with something other than JSON`,
      status,
    )
  }
  return translateError(error, authority)
}
