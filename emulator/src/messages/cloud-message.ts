import type { Identity } from '../identity/identity-id.ts'
import { type Json, type JsonObject, isObject } from '../formats/json.ts'
import { formatBag, parseBag } from '../mqtt/property-bag.ts'
import { Refusal } from '../errors/refusal.ts'
import { parseTime } from '../formats/timestamp.ts'
import { meteredBytes } from './message-properties.ts'
import { cloudMessageTopic, isTopicName } from '../mqtt/topics.ts'

/** A cloud-to-device message in the queue of its device. */
export interface CloudMessage {
  readonly sequenceNumber: number
  readonly messageId: string
  /** The property bag at the end of its topic. */
  readonly bag: string
  /** base64. */
  readonly body: string
  readonly enqueuedAt: number
  readonly expiresAt: number
  /** How often the hub has sent it. */
  readonly deliveryCount: number
}

/** The outcomes of a message for which its sender wants feedback. */
export type AckRequest = 'none' | 'positive' | 'negative' | 'full'

export const ACK_REQUESTS: readonly AckRequest[] = ['none', 'positive', 'negative', 'full']

/**
 * A cloud-to-device message from a back end.
 * @example
 * ```ts
 * import { type AckRequest, type CloudMessageRequest, startHub } from 'hubtwin-emulator'
 *
 * const ack: AckRequest = 'full'
 * const message: CloudMessageRequest = { body: 'Hello', contentType: 'text/plain', ack }
 * const hub = await startHub()
 * console.log(await hub.sendToDevice('device1', message))
 * await hub.close()
 * ```
 */
export interface CloudMessageRequest {
  /** A string is sent as UTF-8. @default '' */
  readonly body?: string | Uint8Array
  /** `null` means a property without a value. */
  readonly properties?: Readonly<Record<string, string | null>>
  /** @default a new UUID */
  readonly messageId?: string
  readonly correlationId?: string
  readonly userId?: string
  readonly contentType?: string
  readonly contentEncoding?: string
  /** ISO 8601. @default an hour from now */
  readonly expiryTimeUtc?: string
  /** The outcomes to report at `GET /messages/serviceBound/feedback`. @default 'none' */
  readonly ack?: AckRequest
}

const MAX_BYTES = 64 * 1024
const MAX_QUEUED = 50
/** The defaults of a new hub, `defaultTtlAsIso8601` and `maxDeliveryCount`. */
const TIME_TO_LIVE_IN_MS = 60 * 60 * 1000
export const MAX_DELIVERY_COUNT = 10

export interface FreshMessage {
  readonly now: number
  readonly sequenceNumber: number
  readonly uuid: string
}

/** @throws Refusal ArgumentInvalid, RequestEntityTooLarge */
export function newCloudMessage(device: Identity, request: CloudMessageRequest, fresh: FreshMessage): CloudMessage {
  const { properties = {}, messageId = fresh.uuid, expiryTimeUtc } = request
  const expiresAt = expiryTimeUtc === undefined ? fresh.now + TIME_TO_LIVE_IN_MS : parseTime(expiryTimeUtc)
  if (expiresAt === undefined) throw invalid('expiryTimeUtc must be an ISO 8601 time')
  const system: [string, string | undefined][] = [
    ['$.mid', messageId],
    ['$.to', `/devices/${device.deviceId}/messages/deviceBound`],
    ['$.cid', request.correlationId],
    ['$.uid', request.userId],
    ['$.ct', request.contentType],
    ['$.ce', request.contentEncoding],
    ['$.exp', expiryTimeUtc === undefined ? undefined : new Date(expiresAt).toISOString()],
    ['iothub-ack', ackOf(request)],
  ]
  const given = system.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))
  const all = checkUnicode([...given, ...checkOwn(properties)])
  const body = Buffer.from(request.body ?? '')
  const bag = formatBag(all)
  checkMessageSize(device, bag, all, body.length)
  const { now, sequenceNumber } = fresh
  return { sequenceNumber, messageId, bag, body: body.toString('base64'), enqueuedAt: now, expiresAt, deliveryCount: 0 }
}

/** Without `iothub-ack`, the sender wants no feedback (docs/protocol/device.md §3.6). */
function ackOf({ ack = 'none' }: CloudMessageRequest): string | undefined {
  if (!ACK_REQUESTS.includes(ack)) throw invalid(`ack must be ${ACK_REQUESTS.join(', ')}`)
  return ack === 'none' ? undefined : ack
}

/** @throws Refusal ArgumentInvalid if a name or a value cannot be percent-encoded */
export function checkUnicode<Pair extends readonly (string | null)[]>(pairs: Pair[]): Pair[] {
  if (pairs.some((pair) => pair.some((text) => /\p{Surrogate}/u.test(text ?? ''))))
    throw invalid('Properties must be valid Unicode')
  return pairs
}

/** The app's own properties of a message. @throws Refusal ArgumentInvalid */
export function checkOwn(properties: Readonly<Record<string, string | null>>): [string, string | null][] {
  const own = Object.entries(properties)
  if (own.some(([key]) => key.startsWith('$') || key === ''))
    throw invalid('The name of a property must not be empty or start with $')
  if ('iothub-ack' in properties) throw invalid('iothub-ack is not a property of the app; use ack')
  return own
}

/** Checks a message of a snapshot. @throws Refusal ArgumentInvalid, RequestEntityTooLarge */
export function checkStored(device: Identity, { bag, body }: Pick<CloudMessage, 'bag' | 'body'>): void {
  // The characters that formatBag writes; others could change the topic.
  if (!/^[A-Za-z0-9\-_.!~*'()%=&]*$/.test(bag)) throw invalid('bag must be percent-encoded properties')
  checkMessageSize(device, bag, parseBag(bag), Buffer.byteLength(body, 'base64'))
}

function checkMessageSize(
  device: Identity,
  bag: string,
  properties: Iterable<readonly [string, string | null]>,
  bodyBytes: number,
): void {
  // An MQTT topic has at most 65,535 bytes.
  if (bodyBytes + meteredBytes(properties) > MAX_BYTES || !isTopicName(cloudMessageTopic(device, bag))) {
    throw new Refusal('RequestEntityTooLarge', `A message and its properties must not exceed ${MAX_BYTES} bytes`)
  }
}

/**
 * @throws Refusal DeviceMaximumQueueDepthExceeded if 50 messages wait
 * (docs/protocol/protocol.md §5)
 */
export function checkRoom(waiting: number): void {
  if (waiting < MAX_QUEUED) return
  throw new Refusal('DeviceMaximumQueueDepthExceeded', `The queue of a device has at most ${MAX_QUEUED} messages`)
}

/**
 * The packet identifier of a message, 1 to 65,535 (MQTT 3.1.1 [MQTT-2.3.1-1]). It is the same for
 * all deliveries of the message (MQTT 3.1.1 [MQTT-4.4.0-1]).
 */
export function packetIdOf({ sequenceNumber }: Pick<CloudMessage, 'sequenceNumber'>): number {
  return ((sequenceNumber - 1) % 65535) + 1
}

/**
 * Parses the JSON of a cloud-to-device message, with its body as `body` (text) or `bodyBase64`.
 *
 * @throws Refusal ArgumentInvalid
 */
export function parseCloudMessage(json: Json): CloudMessageRequest {
  if (!isObject(json)) throw invalid('The request must be a JSON object')
  const { properties = {}, body = '', bodyBase64 } = json
  if (
    !isObject(properties) ||
    !Object.values(properties).every((value) => value === null || typeof value === 'string')
  ) {
    throw invalid('properties must be an object of strings and null')
  }
  if (typeof body !== 'string') throw invalid('body must be a string')
  if (bodyBase64 !== undefined && (typeof bodyBase64 !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(bodyBase64))) {
    throw invalid('bodyBase64 must be base64')
  }
  return {
    properties: properties as Readonly<Record<string, string | null>>,
    body: bodyBase64 === undefined ? body : Buffer.from(bodyBase64, 'base64'),
    ...stringsOf(json, ['messageId', 'correlationId', 'userId', 'contentType', 'contentEncoding', 'expiryTimeUtc']),
    // newCloudMessage() checks it.
    ...(stringsOf(json, ['ack']) as { readonly ack?: AckRequest }),
  }
}

function stringsOf<Name extends string>(json: JsonObject, names: readonly Name[]): Partial<Record<Name, string>> {
  const found = names.flatMap((name): [Name, string][] => {
    const value = json[name]
    if (value === undefined || value === null) return []
    if (typeof value !== 'string' || value === '') throw invalid(`${name} must be a string that is not empty`)
    return [[name, value]]
  })
  return Object.fromEntries(found) as Partial<Record<Name, string>>
}

function invalid(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
