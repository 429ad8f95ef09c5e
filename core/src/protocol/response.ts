import { TwinError, type TwinErrorCode } from '../errors.ts'
import type { TwinDocument } from './document.ts'
import { freezeJson, isJsonObject, type JsonObject, ownValue, parseJsonObject } from './json.ts'

/** Room for both sections at their limits, every character escaped. What is longer is no twin. */
const MAX_BODY_LENGTH = 1024 * 1024

/** A section of a twin, or a notification: the version counted by the hub, and the rest without `$`-keys. */
export interface Section {
  readonly version: number
  readonly properties: JsonObject
}

/** An answer to a request: the status of its topic, and its body. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly retryAfterInSeconds?: number
}

/** A hint longer than this is none. */
const MAX_RETRY_AFTER_IN_SECONDS = 3600

/**
 * Tells the statuses of the protocol apart (docs/protocol/protocol.md §4.4): nothing when the request was successful, else why it was not.
 *
 * @param what names the request in the message, such as "Report"
 */
export function statusError({ status, body, retryAfterInSeconds }: Answer, what: string): TwinError | undefined {
  if (status >= 200 && status < 300) return undefined
  const said = hubMessage(body)
  const hint = Math.min(retryAfterInSeconds ?? 0, MAX_RETRY_AFTER_IN_SECONDS) * 1000
  return new TwinError(codeOf(status), `${what} was answered ${status}${said === undefined ? '' : `: ${said}`}`, {
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

/** `{"errorCode":400004,"trackingId":"…","message":"…"}`; an IoT Edge hub sends nothing. */
function hubMessage(body: string): string | undefined {
  let error: JsonObject
  try {
    error = parseJsonObject(body.slice(0, MAX_BODY_LENGTH))
  } catch {
    return undefined
  }
  const parts = ['errorCode', 'message', 'trackingId'].flatMap((key) => {
    const value = ownValue(error, key)
    return typeof value === 'string' || typeof value === 'number' ? [String(value).slice(0, 300)] : []
  })
  return parts.length === 0 ? undefined : parts.join(' ')
}

/** @throws TwinError `ERR_PROTOCOL` when the body is no twin. */
export function readDocument(body: string): TwinDocument {
  const twin = readBody(body, 'Twin')
  const desired = readSection(ownValue(twin, 'desired'), 'desired')
  const reported = readSection(ownValue(twin, 'reported'), 'reported')
  return Object.freeze({
    desired: desired.properties,
    reported: reported.properties,
    versions: Object.freeze({ desired: desired.version, reported: reported.version }),
  })
}

/**
 * @param topicVersion the version that the topic gives, which the body repeats
 * @throws TwinError `ERR_PROTOCOL` when the body is no patch, or has another version than the topic.
 */
export function readNotification(body: string, topicVersion: number | undefined): Section {
  const patch = readBody(body, 'Notification')
  const section = readSection(patch, 'notification', topicVersion)
  if (topicVersion !== undefined && topicVersion !== section.version) {
    throw protocolError(`Notification has version ${section.version} in its body and ${topicVersion} in its topic`)
  }
  return section
}

function readBody(body: string, what: string): JsonObject {
  if (body.length > MAX_BODY_LENGTH) throw protocolError(`${what} has ${body.length} characters`)
  try {
    return parseJsonObject(body)
  } catch (error) {
    throw protocolError(`${what} makes no sense: ${(error as Error).message}`)
  }
}

function readSection(section: JsonObject[string] | undefined, name: string, versionElsewhere?: number): Section {
  if (!isJsonObject(section)) throw protocolError(`Twin has no ${name} object`)
  const version = ownValue(section, '$version') ?? versionElsewhere
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) {
    throw protocolError(`${name} has no $version that is a count`)
  }
  const properties = Object.fromEntries(Object.entries(section).filter(([key]) => !key.startsWith('$')))
  return { version, properties: freezeJson(properties) }
}

function protocolError(message: string): TwinError {
  return new TwinError('ERR_PROTOCOL', message)
}
