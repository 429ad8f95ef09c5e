import { type Json, isInteger, isObject } from '../formats/json.ts'
import { parseJson } from '../formats/parse-json.ts'
import { Refusal } from '../errors/refusal.ts'

/** A direct method call to a device (docs/protocol/protocol.md §5). */
export interface MethodCall {
  readonly methodName: string
  /** JSON, or empty if the caller passed none (docs/protocol/device.md §2.6). */
  readonly payload: string
  readonly responseTimeoutInSeconds: number
  readonly connectTimeoutInSeconds: number
}

/** The outcome of a call. */
export type MethodOutcome =
  | { readonly type: 'answered'; readonly status: number; readonly payload: Uint8Array }
  /** The device did not connect and subscribe within the connect timeout. */
  | { readonly type: 'offline' }
  /** The device did not respond within the response timeout. */
  | { readonly type: 'silent' }
  /** The hub has closed. */
  | { readonly type: 'closed' }

const MAX_PAYLOAD_BYTES = 128 * 1024

/**
 * Printable ASCII without the separators of IoT Hub's rule (docs/protocol/device.md §2.1). A name
 * is a level of a topic name, so it cannot hold `+` or `#` either.
 */
const LEGAL_NAME = /^[!%&'*\-.0-9A-Z^_`a-z|~]{1,100}$/

const METHOD_NAME_RULE = "methodName must have 1 to 100 letters, digits, or characters of !%&'*-.^_`|~"

/**
 * Parses the body of a call. Missing fields have the documented defaults.
 *
 * @throws Refusal ArgumentInvalid, RequestEntityTooLarge
 */
export function parseMethodCall(body: Json): MethodCall {
  if (!isObject(body)) throw new Refusal('ArgumentInvalid', 'The body must be a JSON object')
  const { methodName, payload, responseTimeoutInSeconds, connectTimeoutInSeconds } = body
  if (typeof methodName !== 'string' || !LEGAL_NAME.test(methodName)) {
    throw new Refusal('ArgumentInvalid', METHOD_NAME_RULE)
  }
  const text = payload === undefined ? '' : JSON.stringify(payload)
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
    throw new Refusal('RequestEntityTooLarge', `The payload must not exceed ${MAX_PAYLOAD_BYTES} bytes`)
  }
  return {
    methodName,
    payload: text,
    responseTimeoutInSeconds: seconds('responseTimeoutInSeconds', responseTimeoutInSeconds, { min: 5, fallback: 30 }),
    connectTimeoutInSeconds: seconds('connectTimeoutInSeconds', connectTimeoutInSeconds, { min: 0, fallback: 0 }),
  }
}

function seconds(name: string, value: Json | undefined, { min, fallback }: { min: number; fallback: number }): number {
  if (value === undefined || value === null) return fallback
  if (isInteger(value) && value >= min && value <= 300) return value
  throw new Refusal('ArgumentInvalid', `${name} must be a whole number from ${min} to 300`)
}

/**
 * The result of a call for the back end.
 *
 * @throws Refusal DeviceNotOnline, GatewayTimeout, BadDeviceResponse, ServiceUnavailable
 */
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

/**
 * An empty response means `null`. The SDKs have a status for a response that is too large or not
 * JSON (docs/protocol/protocol.md §6.3).
 */
function parsePayload(bytes: Uint8Array): Json {
  if (bytes.byteLength === 0) return null
  if (bytes.byteLength > MAX_PAYLOAD_BYTES) {
    throw new Refusal('BadDeviceResponse', `The response of the device exceeds ${MAX_PAYLOAD_BYTES} bytes`)
  }
  try {
    return parseJson(bytes)
  } catch (error) {
    throw new Refusal(
      'BadDeviceResponse',
      `The response of the device is not valid. ${error instanceof Error ? error.message : ''}`,
    )
  }
}
