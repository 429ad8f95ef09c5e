import type { Json } from '../formats/json.ts'
import { isObject } from '../formats/json.ts'
import { parseJson } from '../formats/parse-json.ts'
import { Refusal } from '../errors/refusal.ts'

/** A direct method as it goes to a device (docs/protocol/protocol.md §5). */
export interface MethodCall {
  readonly methodName: string
  /** JSON. */
  readonly payload: string
  readonly responseTimeoutInSeconds: number
  readonly connectTimeoutInSeconds: number
}

/** What became of a call. */
export type MethodOutcome =
  | { readonly type: 'answered'; readonly status: number; readonly payload: Uint8Array }
  /** Not connected, or not subscribed, within the connect timeout. */
  | { readonly type: 'offline' }
  /** No answer within the response timeout. */
  | { readonly type: 'silent' }
  /** The hub has been closed meanwhile. */
  | { readonly type: 'closed' }

const maxPayloadBytes = 128 * 1024

/** It is a level of a topic name, so `/`, `+` and `#` are out; the rest of the rule is not known. */
// oxlint-disable-next-line no-control-regex -- MQTT 3.1.1 [MQTT-1.5.3-2] and common sense leave control characters out
const legalName = /^[^/+#?\u0000-\u001f\u007f]{1,100}$/

/** Reads the body of a call; what is missing has the documented default. @throws Refusal ArgumentInvalid, RequestEntityTooLarge */
export function parseMethodCall(body: Json): MethodCall {
  if (!isObject(body)) throw new Refusal('ArgumentInvalid', 'The body must be a JSON object')
  const { methodName, payload = null, responseTimeoutInSeconds, connectTimeoutInSeconds } = body
  if (typeof methodName !== 'string' || !legalName.test(methodName)) {
    throw new Refusal('ArgumentInvalid', 'methodName must have 1 to 100 characters, none of them / + # ?')
  }
  const text = JSON.stringify(payload)
  if (Buffer.byteLength(text) > maxPayloadBytes) {
    throw new Refusal('RequestEntityTooLarge', `The payload must not exceed ${maxPayloadBytes} bytes`)
  }
  return {
    methodName,
    payload: text,
    responseTimeoutInSeconds: seconds('responseTimeoutInSeconds', responseTimeoutInSeconds, { least: 5, usual: 30 }),
    connectTimeoutInSeconds: seconds('connectTimeoutInSeconds', connectTimeoutInSeconds, { least: 0, usual: 0 }),
  }
}

function seconds(name: string, value: Json | undefined, { least, usual }: { least: number; usual: number }): number {
  if (value === undefined || value === null) return usual
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= 300) return value
  throw new Refusal('ArgumentInvalid', `${name} must be a whole number from ${least} to 300`)
}

/** The back end's side of an outcome. @throws Refusal DeviceNotOnline, GatewayTimeout, BadDeviceResponse, ServiceUnavailable */
export function methodResult(outcome: MethodOutcome): { readonly status: number; readonly payload: Json } {
  switch (outcome.type) {
    case 'answered':
      return { status: outcome.status, payload: parsePayload(outcome.payload) }
    case 'offline':
      throw new Refusal('DeviceNotOnline', 'Timed out waiting for device to connect.')
    case 'silent':
      throw new Refusal('GatewayTimeout', 'Timed out waiting for the response from device.')
    case 'closed':
      throw new Refusal('ServiceUnavailable', 'The hub is closing')
  }
}

/** An empty answer is `null`; one that is too large or no JSON is the device's mistake, and the SDKs know a status for it (docs/protocol/protocol.md §6.3). */
function parsePayload(bytes: Uint8Array): Json {
  if (bytes.byteLength === 0) return null
  if (bytes.byteLength > maxPayloadBytes) {
    throw new Refusal('BadDeviceResponse', `The device has answered with more than ${maxPayloadBytes} bytes`)
  }
  try {
    return parseJson(bytes)
  } catch (error) {
    throw new Refusal(
      'BadDeviceResponse',
      `The device has answered badly. ${error instanceof Error ? error.message : ''}`,
    )
  }
}
