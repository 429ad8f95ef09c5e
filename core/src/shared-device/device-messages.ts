import type { LiveConnection } from '../device/feature.ts'
import { encodeText } from '../protocol/mqtt-text.ts'
import { countOf, type Fields, fieldsOf, malformed, textOf } from '../tabs/fields.ts'

/** A message of the hub, on its way to another tab. */
export interface Content {
  readonly topic: string
  readonly payload: Uint8Array
  readonly packetId?: number
  readonly isDuplicate?: boolean
}

/**
 * Between the tabs of a shared device. `term` identifies a period of leadership, and `tab` the
 * sender of a request or the receiver of a response.
 */
export type DeviceMessage =
  /** Asks the leader for the state of its connection. */
  | { readonly type: 'ask' }
  | { readonly type: 'connection'; readonly term: string; readonly state: LiveConnection }
  /** Asks the leader to send a message. Only QoS 1 gets a response. */
  | ({ readonly type: 'publish'; readonly topic: string; readonly payload: string | Uint8Array } & Ticket & {
        readonly isQos1: boolean
      })
  /** `isDone`: PUBACK has arrived. Otherwise the connection ended first. */
  | ({ readonly type: 'published'; readonly isDone: boolean } & Ticket)
  /** Asks which tab handles a message of the hub. */
  | { readonly type: 'offer'; readonly term: string; readonly id: number; readonly topic: string }
  | ({ readonly type: 'claim' } & Ticket)
  | ({ readonly type: 'deliver'; readonly content: Content } & Ticket)
  /** The app in the tab has accepted the message. */
  | ({ readonly type: 'acknowledge' } & Ticket)
  /** A tab can handle more than before. */
  | { readonly type: 'announce'; readonly term: string }

export interface Ticket {
  readonly tab: string
  readonly term: string
  readonly id: number
}

/**
 * Reads a message from the channel. Any script of the origin can post there, so each field is
 * checked.
 *
 * @returns `undefined` for anything that is not such a message
 */
export function readDeviceMessage(data: unknown): DeviceMessage | undefined {
  try {
    return toMessage(fieldsOf(data))
  } catch {
    return undefined
  }
}

function toMessage(fields: Fields): DeviceMessage | undefined {
  const { type } = fields
  switch (type) {
    case 'ask':
      return { type }
    case 'announce':
      return { type, term: textOf(fields['term']) }
    case 'connection':
      return { type, term: textOf(fields['term']), state: connectionOf(fields['state']) }
    case 'publish': {
      const { topic, payload, isQos1 } = fields
      return { type, ...ticketOf(fields), topic: topicOf(topic), payload: payloadOf(payload), isQos1: flagOf(isQos1) }
    }
    case 'published':
      return { type, ...ticketOf(fields), isDone: flagOf(fields['isDone']) }
    case 'offer':
      return { type, term: textOf(fields['term']), id: countOf(fields['id']), topic: textOf(fields['topic']) }
    case 'claim':
    case 'acknowledge':
      return { type, ...ticketOf(fields) }
    case 'deliver':
      return { type, ...ticketOf(fields), content: contentOf(fieldsOf(fields['content'])) }
    default:
      return undefined
  }
}

function ticketOf({ tab, term, id }: Fields): Ticket {
  return { tab: textOf(tab), term: textOf(term), id: countOf(id) }
}

function contentOf({ topic, payload, packetId, isDuplicate }: Fields): Content {
  return {
    topic: textOf(topic),
    payload: bytesOf(payload),
    ...(packetId !== undefined && { packetId: countOf(packetId) }),
    ...(isDuplicate !== undefined && { isDuplicate: flagOf(isDuplicate) }),
  }
}

function connectionOf(value: unknown): LiveConnection {
  check(value === 'connecting' || value === 'up' || value === 'draining' || value === 'waiting')
  return value
}

/** A topic that ends no connection (MQTT 3.1.1 §1.5.3 and §4.7.1). */
function topicOf(value: unknown): string {
  const topic = textOf(value)
  check(topic !== '' && !/[+#\0]/.test(topic) && encodeText(topic).length <= 0xffff)
  return topic
}

function payloadOf(value: unknown): string | Uint8Array {
  return typeof value === 'string' ? value : bytesOf(value)
}

function bytesOf(value: unknown): Uint8Array {
  check(value instanceof Uint8Array)
  return value
}

function flagOf(value: unknown): boolean {
  check(typeof value === 'boolean')
  return value
}

/** @throws TypeError, which no app sees */
function check(isWellFormed: boolean): asserts isWellFormed {
  if (!isWellFormed) throw malformed()
}
