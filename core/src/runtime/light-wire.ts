import { TwinError } from '../errors.ts'
import type { ReceivedPacket } from '../protocol/mqtt-decode.ts'
import {
  DISCONNECT,
  encodeConnect,
  encodePuback,
  encodePublish,
  encodeSubscribe,
  join,
  PINGREQ,
} from '../protocol/mqtt-encode.ts'
import { createPacketReader } from '../protocol/mqtt-reader.ts'
import type { Wire, WireEvent, WireRequest } from '../session/wire.ts'
import { type Liveness, noteAnswer, noteSent, stopWatching, watchLiveness } from './liveness.ts'
import {
  addDelivery,
  addSubscription,
  createPendingPackets,
  type PendingPackets,
  rejectAll,
  resolveDelivery,
  resolveSubscription,
} from './pending-packets.ts'
import { openSocket } from './web-socket.ts'
import { lostEvent, protocolEvent, unacknowledged } from './wire-errors.ts'

type Bytes = Uint8Array<ArrayBuffer>

type State =
  /** The socket is not open. The early packets leave in a single frame when it opens. */
  | { readonly type: 'nothing'; readonly early: Bytes[] }
  /** `open`: CONNECT has left. `up`: CONNACK has arrived. */
  | { readonly type: 'open' | 'up'; readonly liveness: Liveness }
  | { readonly type: 'over' }

/** Opens a wire that speaks MQTT 3.1.1 over the WebSocket of the runtime. */
export function openLightWire(request: WireRequest, onEvent: (event: WireEvent) => void): Wire {
  // The request has a password, which no function below needs.
  const { url, keepaliveInSeconds } = request
  const pending = createPendingPackets()
  const reader = createPacketReader(handlePacket)
  let state: State = { type: 'nothing', early: [encodeConnect(request)] }
  const socket = openSocket(url, {
    onOpen,
    onBytes(bytes) {
      try {
        reader.read(bytes)
      } catch (error) {
        if (!(error instanceof TwinError)) throw error
        end({ type: 'down', error, opened: true })
      }
    },
    onText: () => end(protocolEvent('Hub sent a text frame, not a binary one')),
    onEnd: lose,
  })

  function onOpen(): void {
    if (state.type !== 'nothing') return
    const { early } = state
    const liveness = watchLiveness({
      keepaliveInSeconds,
      ping: () => send(PINGREQ),
      bufferedBytes: socket.bufferedBytes,
      onDead: (reason) => lose(new Error(reason)),
    })
    state = { type: 'open', liveness }
    pending.openedAt = performance.now()
    send(join(early))
  }

  function send(bytes: Bytes): void {
    if (state.type === 'nothing') state.early.push(bytes)
    else if (state.type !== 'over') {
      socket.send(bytes)
      noteSent(state.liveness, bytes.length)
    }
  }

  function handlePacket(packet: ReceivedPacket): void {
    if (state.type !== 'open' && state.type !== 'up') return
    if (packet.type === 'pingresp') noteAnswer(state.liveness)
    const event = translate(packet, state.type === 'up', pending, send)
    if (event?.type === 'down' || event?.type === 'refused') return end(event)
    if (event?.type === 'up') state = { ...state, type: 'up' }
    if (event !== undefined) onEvent(event)
  }

  function lose(cause?: Error): void {
    if (state.type !== 'over') end(lostEvent(url, state.type, cause))
  }

  function end(event?: WireEvent): void {
    if (state.type === 'over') return
    if (state.type !== 'nothing') stopWatching(state.liveness)
    state = { type: 'over' }
    rejectAll(pending)
    if (event !== undefined) onEvent(event)
  }

  return {
    subscribe: (filters) => send(encodeSubscribe(addSubscription(pending, filters), filters)),
    publish: (topic, payload) => send(encodePublish({ topic, payload })),
    publishAtLeastOnce: (topic, payload) =>
      new Promise((resolve, reject) => {
        if (state.type === 'over') return reject(unacknowledged())
        send(encodePublish({ topic, payload, packetId: addDelivery(pending, { resolve, reject }) }))
      }),
    close() {
      socket.send(DISCONNECT)
      end()
      return socket.close()
    },
  }
}

/** @returns the event of a packet; `undefined` where the session needs none */
function translate(
  packet: ReceivedPacket,
  isUp: boolean,
  pending: PendingPackets,
  send: (bytes: Bytes) => void,
): WireEvent | undefined {
  if ((packet.type === 'connack') === isUp) {
    return protocolEvent(`Hub sent ${packet.type.toUpperCase()} ${isUp ? 'twice' : 'before CONNACK'}`)
  }
  switch (packet.type) {
    case 'connack':
      return packet.code === 0 ? { type: 'up' } : { type: 'refused', code: packet.code }
    case 'suback':
      return resolveSubscription(pending, packet)
    case 'publish': {
      const { topic, payload, packetId, dup: isDuplicate } = packet
      if (packetId === undefined) return { type: 'message', topic, payload }
      const acknowledge = (): void => send(encodePuback(packetId))
      return { type: 'message', topic, payload, packetId, isDuplicate, acknowledge }
    }
    case 'puback':
      resolveDelivery(pending, packet.packetId)
      return undefined
    default:
      return undefined
  }
}
