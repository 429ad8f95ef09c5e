import { type IPublishPacket, generate } from 'mqtt-packet'
import { type Connection, destroyConnection, windowOf } from './connection.ts'
import { enqueue } from './outgoing-window.ts'
import { createLatePubacks } from './pubacks.ts'

/**
 * The limit of unsent bytes for a device that does not read. A device that reads stays far below
 * it, as does the largest response.
 */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024

interface Message {
  readonly topic: string
  readonly payload: Buffer
}

/**
 * Sends with QoS 0, as IoT Hub does (docs/protocol/protocol.md §4.2). Resolves when the packet is
 * written or the connection has closed.
 */
export function publish(connection: Connection, topic: string, payload: string | Uint8Array): Promise<void> {
  return send(connection, { qos: 0, dup: false, topic, payload: Buffer.from(payload) })
}

/**
 * Sends once, with a QoS. QoS 1 waits for room in the window.
 *
 * @param acknowledged called when QoS 0 is written, or QoS 1 acknowledged
 * @returns cancels the sending, if it has not happened
 */
export function publishOnce(
  connection: Connection,
  qos: 0 | 1,
  message: Message,
  acknowledged = (): void => undefined,
): () => void {
  if (qos === 0) {
    void publish(connection, message.topic, message.payload).then(acknowledged)
    return () => undefined
  }
  const sendNow = (messageId: number): void =>
    void publishAtLeastOnce(connection, { ...message, messageId, dup: false })
  return enqueue(windowOf(connection), sendNow, acknowledged)
}

/** Sends with QoS 1. The caller has a place in the window. */
export function publishAtLeastOnce(
  connection: Connection,
  message: Message & { readonly messageId: number; readonly dup: boolean },
): Promise<void> {
  return send(connection, { qos: 1, ...message })
}

/** Whether the next PUBACK has to wait for an earlier PUBACK that is late. */
export function hasLatePuback({ latePubacks }: Connection): boolean {
  return latePubacks?.isLate === true
}

export function sendPubackLater(connection: Connection, messageId: number, delayInMs: number): void {
  connection.latePubacks ??= createLatePubacks((bytes) => sendBytes(connection, bytes))
  connection.latePubacks.acknowledge(messageId, delayInMs)
}

/** Sends any bytes, MQTT or not. */
export function sendBytes({ stream: { duplex } }: Connection, bytes: Uint8Array): void {
  if (!duplex.destroyed) duplex.write(bytes)
}

/**
 * Bypasses the routing of aedes, for two reasons. All devices share the filter of twin responses.
 * And aedes numbers packets from 1 on each connection, but a message keeps its packet identifier
 * when it is sent again (MQTT 3.1.1 [MQTT-4.4.0-1]).
 */
async function send(connection: Connection, message: Omit<IPublishPacket, 'cmd' | 'retain'>): Promise<void> {
  await connection.acknowledgment?.left
  if (!hasRoom(connection)) return
  const bytes = generate({ cmd: 'publish', retain: false, ...message })
  await new Promise<void>((resolve) => connection.stream.duplex.write(bytes, () => resolve()))
}

/** Destroys the connection of a device that has stopped reading, to bound the memory for it. */
function hasRoom(connection: Connection): boolean {
  const { duplex } = connection.stream
  if (duplex.writableLength > MAX_UNSENT_BYTES) destroyConnection(connection)
  return !duplex.destroyed
}
