import { protocolError, TwinError, type TwinErrorCode } from '../errors.ts'
import type { DesiredPatch, TwinDocument } from './document.ts'
import { freezeJson, isJsonObject, type JsonObject, ownValue, parseJsonObject, typeName } from './json.ts'

/**
 * Room for both sections at their limits with every character escaped. A longer body is not a twin.
 */
const MAX_BODY_LENGTH = 1024 * 1024

/** The hub's response to a request: the status of its topic, and its body. */
export interface TwinResponse {
  readonly status: number
  readonly body: string
  readonly retryAfterInSeconds?: number | undefined
}

/** The client limits a longer hint to this. */
const MAX_RETRY_AFTER_IN_SECONDS = 3600

/**
 * Translates the status of a response (docs/protocol/protocol.md §4.4).
 *
 * @param request the request's name in the message, such as "Report"
 * @returns `undefined` for a success
 */
export function statusError(
  { status, body, retryAfterInSeconds }: TwinResponse,
  request: string,
): TwinError | undefined {
  if (status >= 200 && status < 300) return undefined
  const message = hubMessage(body)
  const hint = Math.min(retryAfterInSeconds ?? 0, MAX_RETRY_AFTER_IN_SECONDS) * 1000
  return new TwinError(codeOf(status), `${request} failed with status ${status}${message && `: ${message}`}`, {
    status,
    ...(hint > 0 && { retryAfterInMs: hint }),
  })
}

function codeOf(status: number): TwinErrorCode {
  if (status === 401 || status === 403) return 'ERR_UNAUTHORIZED'
  if (status === 429) return 'ERR_THROTTLED'
  if (status >= 400 && status < 500) return 'ERR_BAD_REQUEST'
  return status >= 500 && status < 600 ? 'ERR_HUB' : 'ERR_PROTOCOL'
}

/** Reads `{"errorCode":400004,"trackingId":"…","message":"…"}`; an IoT Edge hub sends nothing. */
function hubMessage(body: string): string {
  let error: JsonObject
  try {
    error = parseJsonObject(body.slice(0, MAX_BODY_LENGTH))
  } catch {
    return ''
  }
  return ['errorCode', 'message', 'trackingId']
    .map((key) => ownValue(error, key))
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .map((value) => String(value).slice(0, 300))
    .join(' ')
}

/** @returns an error `ERR_PROTOCOL` when the body is not a twin */
export function readDocument(body: string): TwinDocument | TwinError {
  return readBody(body, 'Twin', (twin) => {
    const desired = readSection(ownValue(twin, 'desired'), 'desired')
    const reported = readSection(ownValue(twin, 'reported'), 'reported')
    return Object.freeze({
      desired: desired.properties,
      reported: reported.properties,
      versions: Object.freeze({ desired: desired.version, reported: reported.version }),
    })
  })
}

/**
 * @param topicVersion the version in the topic, which the body repeats
 * @returns an error `ERR_PROTOCOL` when the body is not a patch, or has another version than the
 *   topic
 */
export function readDesiredPatch(body: string, topicVersion: number | undefined): DesiredPatch | TwinError {
  return readBody(body, 'Desired patch', (section) => {
    const patch = readSection(section, 'patch', topicVersion)
    if (topicVersion === undefined || topicVersion === patch.version) return patch
    throw new SyntaxError(`version ${patch.version} is in its body and ${topicVersion} in its topic`)
  })
}

function readBody<T>(body: string, name: string, read: (json: JsonObject) => T): T | TwinError {
  try {
    if (body.length > MAX_BODY_LENGTH) throw new SyntaxError(`Body has ${body.length} characters`)
    return read(parseJsonObject(body))
  } catch (error) {
    return protocolError(`${name} is malformed: ${(error as Error).message}`)
  }
}

function readSection(section: JsonObject[string] | undefined, name: string, topicVersion?: number): DesiredPatch {
  if (!isJsonObject(section)) throw new SyntaxError(`${name} is ${typeName(section)}, not an object`)
  const version = ownValue(section, '$version') ?? topicVersion
  if (!Number.isSafeInteger(version) || (version as number) < 0) {
    throw new SyntaxError(`${name} has no $version that is a count`)
  }
  // The parser has just made this object. A copy of a large section would cost more than that.
  const properties: { [key: string]: JsonObject[string] } = section
  for (const key of Object.keys(properties)) if (key.startsWith('$')) delete properties[key]
  return { version: version as number, properties: freezeJson(properties) }
}
