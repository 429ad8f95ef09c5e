import { encodeJson } from '../protocol/json-body.ts'
import { checkCount } from '../protocol/checks.ts'
import type { JsonValue } from '../protocol/json.ts'
import { encodeText } from '../protocol/mqtt-text.ts'
import type { Response } from './states.ts'

/** A response with a status of the handler's choice. */
export interface MethodResponse {
  /** A whole number from 0 to 2147483647. */
  readonly status: number
  /**
   * A value that JSON carries unchanged, as in a report. `undefined` is an empty body, which the
   * back end gets as `null`.
   */
  readonly payload?: unknown
}

/** docs/protocol/device.md §2.2 */
const MAX_BODY_LENGTH = 128 * 1024

export function isTooLong(body: string): boolean {
  // A UTF-16 unit takes at most three bytes, so a short string needs no counting.
  return body.length * 3 > MAX_BODY_LENGTH && encodeText(body).length > MAX_BODY_LENGTH
}

/**
 * Translates what a handler returns. An object with `status`, and with no other key but `payload`,
 * is a response. Everything else is the payload of a response with status 200.
 *
 * @throws TypeError for a status that is not a number, or a payload that JSON cannot carry
 * @throws RangeError for a status that is not a whole number in its range, or a payload beyond the
 *   limit of the hub
 */
export function encodeResult(result: unknown): Response {
  const { status, payload } = isResponse(result) ? result : { status: 200, payload: result }
  checkCount('status of the response', status, 0)
  const body = payload === undefined ? '' : encodeJson(payload, 'payload')
  if (isTooLong(body)) throw new RangeError(`payload has more than ${MAX_BODY_LENGTH} bytes of JSON`)
  return { status, body }
}

function isResponse(result: unknown): result is MethodResponse {
  return (
    typeof result === 'object' &&
    result !== null &&
    'status' in result &&
    Object.keys(result).every((key) => key === 'status' || key === 'payload')
  )
}

/** @throws SyntaxError for a body that is not JSON. @returns `undefined` for an empty body */
export function parsePayload(body: string): JsonValue | undefined {
  return body === '' ? undefined : (JSON.parse(body) as JsonValue)
}
