import { protocolError, TwinError } from '../errors.ts'
import type { WireEvent } from '../session/wire.ts'

/** The progress of a connection: none, an open socket, or a CONNACK. */
export type Reached = 'nothing' | 'open' | 'up'

/**
 * Translates the end of a connection into the event of the port.
 *
 * @param cause the transport's own error, where it has one
 */
export function lostEvent(url: string, reached: Reached, cause?: Error): WireEvent {
  const { host } = new URL(url)
  const [code, message] = (
    {
      nothing: ['ERR_UNREACHABLE', `Hub could not be reached at ${host}`],
      open: ['ERR_UNREACHABLE', `Hub at ${host} closed the connection before it answered CONNECT`],
      up: ['ERR_INTERRUPTED', 'Connection to the hub was lost'],
    } as const
  )[reached]
  const reason = reasonOf(cause)
  const text = reason ? `${message} (${reason})` : message
  return { type: 'down', error: new TwinError(code, text, cause && { cause }), opened: reached !== 'nothing' }
}

/** The event for a hub that breaks the protocol or refuses a subscription. */
export function protocolEvent(message: string): WireEvent {
  return { type: 'down', error: protocolError(message), opened: true }
}

/** The event for a SUBACK that refuses a filter. */
export function refusedFilterEvent(filter: string): WireEvent {
  return protocolEvent(`Hub refused to subscribe ${filter}`)
}

/** The rejection of a QoS 1 publish that the hub did not acknowledge. */
export function unacknowledged(): TwinError {
  return new TwinError('ERR_INTERRUPTED', 'Connection ended before the hub acknowledged the message')
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined
}

/**
 * The system's code at any depth, because `ECONNREFUSED` or `UNABLE_TO_VERIFY_LEAF_SIGNATURE` is
 * more precise than the message around it. Without a code, the message.
 */
function reasonOf(cause: unknown): string | undefined {
  const { code, message, cause: inner } = Object(cause) as { code?: unknown; message?: unknown; cause?: unknown }
  return textOf(code) ?? (inner ? reasonOf(inner) : undefined) ?? textOf(message)
}
