import type { DeviceIdentity } from '../protocol/identity.ts'
import { identityTopic } from '../protocol/identity-topic.ts'
import { checkObject } from '../protocol/checks.ts'
import { checkWellFormed, encodeJson } from '../protocol/json-body.ts'
import { typeName } from '../protocol/json.ts'
import { encodeText } from '../protocol/mqtt-text.ts'
import { encodeBag } from '../protocol/property-bag.ts'
import { isSystemKey, SYSTEM_KEYS } from '../protocol/system-properties.ts'

/**
 * The body of a message. Strings and bytes (`ArrayBuffer` and its views) leave unchanged, any other
 * value as JSON. A value that JSON would drop or change is an error, as in a report.
 */
export type TelemetryBody = object | string | number | boolean | null

/** The properties of a message. All are optional, and `undefined` means the default. */
export interface MessageOptions {
  /** The app's own properties. A name may not begin with `$.`, which marks system properties. */
  readonly properties?: Readonly<Record<string, string>> | undefined
  /**
   * The same for every copy of the message, so that a consumer recognizes duplicates. 1 to 128
   * characters: ASCII letters, digits, and `- : . + % _ # * ? ! ( ) , = @ ; $ '`.
   * @default a random string and a number
   */
  readonly messageId?: string | undefined
  readonly correlationId?: string | undefined
  readonly userId?: string | undefined
  readonly to?: string | undefined
  /** The time after which no consumer needs the message. */
  readonly expiresAt?: Date | undefined
  /** @default `application/json` for a JSON body, otherwise none */
  readonly contentType?: string | undefined
  /** @default `utf-8` for a JSON body, otherwise none */
  readonly contentEncoding?: string | undefined
  readonly creationTime?: Date | undefined
  readonly interfaceId?: string | undefined
  /** The component that sends the message ("IoT Plug and Play conventions", telemetry). */
  readonly component?: string | undefined
  readonly schema?: string | undefined
  /** The output of a module on IoT Edge. */
  readonly output?: string | undefined
}

/** A message as it leaves. A resend repeats it, with its message ID. */
export interface Message {
  readonly topic: string
  readonly payload: string | Uint8Array
  /** Bytes as the hub counts them. */
  readonly size: number
}

/** docs/protocol/device.md §1.5 */
export const MAX_MESSAGE_SIZE: number = 256 * 1024

/** MQTT 3.1.1 §1.5.3 */
const MAX_TOPIC_LENGTH = 0xffff

/** docs/protocol/device.md §1.5 */
const MESSAGE_ID = /^[\w\-:.+%#*?!(),=@;$']{1,128}$/

const ASCII = /^[\0-\x7f]*$/

const DATES: ReadonlySet<string> = new Set(['expiresAt', 'creationTime'])

const JSON_OPTIONS: MessageOptions = { contentType: 'application/json', contentEncoding: 'utf-8' }

/**
 * @param messageId for a message without an ID of the app
 * @throws TypeError for a body or option that a message cannot carry, or an unknown option
 * @throws RangeError for a malformed message ID or date, or a message beyond a limit of the hub
 */
export function encodeMessage(
  identity: DeviceIdentity,
  body: TelemetryBody,
  { properties = {}, ...options }: MessageOptions,
  messageId: string,
): Message {
  const payload = encodeBody(body)
  const isJson = typeof payload === 'string' && typeof body !== 'string'
  const pairs = [...readSystem({ messageId, ...(isJson && JSON_OPTIONS) }, options), ...readOwn(properties)]
  const topic = `${identityTopic(identity)}messages/events/${encodeBag(pairs)}`
  if (topic.length > MAX_TOPIC_LENGTH) {
    throw new RangeError(`Topic has ${topic.length} bytes with its properties; the limit is ${MAX_TOPIC_LENGTH}`)
  }
  let size = byteLength(payload)
  // The names of system properties do not count (docs/protocol/device.md §1.5).
  for (const [name, value] of pairs) size += byteLength(value) + (isSystemKey(name) ? 0 : byteLength(name))
  if (size <= MAX_MESSAGE_SIZE) return { topic, payload, size }
  throw new RangeError(`Message has ${size} bytes with its properties; the limit is ${MAX_MESSAGE_SIZE}`)
}

/** Copies bytes, because the app may reuse its buffer. */
function encodeBody(body: TelemetryBody): string | Uint8Array {
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice())
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice()
  if (typeof body !== 'string') return encodeJson(body, 'body')
  checkWellFormed(body, 'body')
  return body
}

type Pair = readonly [name: string, value: string]

function readSystem(defaults: Readonly<Record<string, unknown>>, options: MessageOptions): Pair[] {
  return Object.entries({ ...defaults, ...options }).flatMap(([name, given]) => {
    const value = given === undefined ? defaults[name] : given
    if (value === undefined) return []
    const key = SYSTEM_KEYS.get(name)
    if (key === undefined) {
      throw new TypeError(
        `options has an unknown "${name}"; known are properties, signal, timeoutInMs, ${[...SYSTEM_KEYS.keys()].join(', ')}`,
      )
    }
    const place = `options.${name}`
    const text = DATES.has(name) ? readDate(value, place) : readText(value, place)
    if (name === 'messageId' && !MESSAGE_ID.test(text)) {
      throw new RangeError(`options.messageId is ${JSON.stringify(text)}; it does not match ${MESSAGE_ID}`)
    }
    return [[key, text]]
  })
}

function readDate(date: unknown, place: string): string {
  if (!(date instanceof Date)) throw new TypeError(`${place} is ${typeName(date)}, not a Date`)
  if (Number.isNaN(date.getTime())) throw new RangeError(`${place} is an invalid date`)
  return date.toISOString()
}

function readOwn(properties: Readonly<Record<string, string>>): Pair[] {
  return Object.entries(checkObject('options.properties', properties)).map(([name, value]) => {
    if (name === '' || isSystemKey(name)) {
      throw new TypeError(`options.properties has the name "${name}"; a name is not empty and does not begin with $.`)
    }
    return [readText(name, 'A name in options.properties'), readText(value, `options.properties.${name}`)]
  })
}

function readText(value: unknown, place: string): string {
  if (typeof value !== 'string') throw new TypeError(`${place} is ${typeName(value)}, not a string`)
  checkWellFormed(value, place)
  return value
}

/** Most strings are ASCII, whose characters have a byte each. */
export function byteLength(data: string | Uint8Array): number {
  return typeof data === 'string' && !ASCII.test(data) ? encodeText(data).length : data.length
}
