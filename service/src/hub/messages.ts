import { randomUUID } from 'node:crypto'
import { isDeviceId } from '../tokens/base/device-id.ts'
import type { HubHttp } from './hub-http.ts'
import { ServiceError } from './service-error.ts'

/** The outcomes of a message that its feedback reports. */
export type Ack = 'none' | 'positive' | 'negative' | 'full'

export const ACKS: readonly Ack[] = ['none', 'positive', 'negative', 'full']

/** A cloud-to-device message. */
export interface Message {
  readonly body: string | Uint8Array
  /** @default a random UUID */
  readonly messageId?: string | undefined
  readonly correlationId?: string | undefined
  readonly contentType?: string | undefined
  readonly contentEncoding?: string | undefined
  /** @default the hub's own, an hour in a new hub */
  readonly expiresAt?: Date | undefined
  /** @default 'none' */
  readonly ack?: Ack | undefined
  readonly properties?: Readonly<Record<string, string>> | undefined
}

/** The outcome of a message. */
export interface Feedback {
  readonly originalMessageId: string
  /** `Success`, `Expired`, `DeliveryCountExceeded`, `Rejected`, or `Purged`. */
  readonly statusCode: string
  readonly enqueuedTimeUtc: string
}

const API_VERSION = 'api-version=2021-04-12'
const FEEDBACK = '/messages/serviceBound/feedback'

/** A name of an HTTP header, and so of a property (IoT Hub: "Create and read messages"). */
const PROPERTY_NAME = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/
const PRINTABLE_ASCII = /^[ -~]*$/

/**
 * Sends a cloud-to-device message. azure-iothub sends messages over AMQP only, so this uses the
 * HTTP request of Azure IoT Explorer, with the properties in headers.
 *
 * @returns the ID of the message
 * @throws TypeError for an ID or a property that no header can hold
 * @throws ServiceError
 */
export async function sendMessage(http: HubHttp, deviceId: string, message: Message): Promise<string> {
  if (!isDeviceId(deviceId)) throw new TypeError(`${JSON.stringify(deviceId)} cannot be the ID of a device`)
  const messageId = message.messageId ?? randomUUID()
  await http.call({
    method: 'POST',
    path: `/devices/${encodeURIComponent(deviceId)}/messages/deviceBound?${API_VERSION}`,
    headers: headersOf({ ...message, messageId }),
    body: message.body,
  })
  return messageId
}

function headersOf(message: Message): Record<string, string> {
  const system: [string, string | undefined][] = [
    ['iothub-messageid', message.messageId],
    ['iothub-correlationid', message.correlationId],
    ['iothub-contenttype', message.contentType],
    ['iothub-contentencoding', message.contentEncoding],
    ['iothub-expiry', message.expiresAt?.toISOString()],
    ['iothub-ack', message.ack],
  ]
  const own = Object.entries(message.properties ?? {})
  for (const [name] of own) {
    if (!PROPERTY_NAME.test(name)) {
      throw new TypeError(`Property name ${JSON.stringify(name)} has a character that no header name can hold`)
    }
  }
  const all = [...system, ...own.map(([name, value]) => [`iothub-app-${name}`, value] as const)]
  const given = all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  for (const [name, value] of given) {
    if (!PRINTABLE_ASCII.test(value)) {
      throw new TypeError(
        `${name} is ${JSON.stringify(value)}; expected printable ASCII, since HTTP carries it in a header`,
      )
    }
  }
  return Object.fromEntries(given)
}

/** A wait for the feedback about a message. */
export interface FeedbackWait {
  readonly messageId: string
  readonly timeoutInMs: number
  /** @default 1000 */
  readonly pollInMs?: number
}

/**
 * Waits for the feedback about a message. Feedback about other messages stays at the hub.
 *
 * @returns undefined if none arrives in time
 * @throws ServiceError ERR_NOT_FOUND or ERR_BAD_REQUEST if the hub offers no feedback over HTTP:
 *   Microsoft documents it for AMQP only (docs/protocol/device.md §3.2)
 */
export async function waitForFeedback(
  http: HubHttp,
  { messageId, timeoutInMs, pollInMs = 1000 }: FeedbackWait,
): Promise<Feedback | undefined> {
  const until = Date.now() + timeoutInMs
  for (;;) {
    const found = await readFeedback(http, messageId)
    if (found !== undefined) return found
    const left = until - Date.now()
    if (left <= 0) return undefined
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, pollInMs)))
  }
}

async function readFeedback(http: HubHttp, messageId: string): Promise<Feedback | undefined> {
  const { status, headers, text } = await http.call({ method: 'GET', path: `${FEEDBACK}?${API_VERSION}` })
  if (status === 204) return undefined
  const records = parseRecords(text, http.authority)
  const lockToken = encodeURIComponent((headers.etag ?? '').replaceAll('"', ''))
  const found = records.find(({ originalMessageId }) => originalMessageId === messageId)
  // A batch with feedback about other messages returns to the hub as a whole.
  if (records.every((record) => record === found)) {
    await http.call({ method: 'DELETE', path: `${FEEDBACK}/${lockToken}?${API_VERSION}` })
  } else {
    await http.call({ method: 'POST', path: `${FEEDBACK}/${lockToken}/abandon?${API_VERSION}` })
  }
  return found
}

function parseRecords(text: string, authority: string): readonly Feedback[] {
  try {
    const records: unknown = JSON.parse(text)
    if (Array.isArray(records)) return records as readonly Feedback[]
  } catch {
    // Reported below.
  }
  throw new ServiceError('ERR_PROTOCOL', `${authority} responded with something other than a list of feedback`)
}
