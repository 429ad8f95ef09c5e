import { protocolError, TwinError } from '../errors.ts'
import type { Filter } from '../protocol/filter.ts'
import type { ReceivedPacket } from '../protocol/mqtt-decode.ts'
import {
  DISCONNECT,
  encodeConnect,
  encodePublish,
  encodeSubscribe,
  type Packet,
  PINGREQ,
} from '../protocol/mqtt-encode.ts'
import { createPacketReader } from '../protocol/mqtt-reader.ts'
import type { Wire, WireEvent, WireRequest } from '../session/wire.ts'
import { createPacketBatch } from './packet-batch.ts'
import { type Liveness, notePong, noteSent, stopWatching, watchLiveness } from './liveness.ts'
import { openSocket } from './web-socket.ts'
import { lostEvent, protocolEvent, refusedFilterEvent } from './wire-errors.ts'

type State =
  /** The socket is not open. The packets leave in a single frame when it opens. */
  | { readonly type: 'nothing' }
  /** `open`: CONNECT has left. `up`: CONNACK has arrived. */
  | { readonly type: 'open' | 'up'; readonly liveness: Liveness }
  | { readonly type: 'over' }

export interface LightWire extends Wire {
  send(packet: Packet): void
}

/** QoS 1 of a device. A twin has QoS 0 only, so its page carries no code for more. */
export interface Qos1 {
  /** @returns the event of a message with QoS 1; `undefined` for another packet */
  read(packet: ReceivedPacket, send: (packet: Packet) => void): WireEvent | undefined
  /** The connection has ended. */
  end(): void
}

/** The identifier of the only SUBSCRIBE of a connection (MQTT 3.1.1 §2.3.1). */
export const SUBSCRIBE_ID = 1

/** Opens a wire that speaks MQTT 3.1.1 over the WebSocket of the runtime. */
export function openLightWire(request: WireRequest, onEvent: (event: WireEvent) => void, qos1?: Qos1): LightWire {
  // The request has a password, which no function below needs.
  const { url, keepaliveInSeconds } = request
  const reader = createPacketReader(handlePacket)
  let state: State = { type: 'nothing' }
  const batch = createPacketBatch(() => state.type === 'nothing', send)
  batch.add(encodeConnect(request))
  let subscription: Subscription | undefined
  const socket = openSocket(url, {
    onOpen,
    onData(data) {
      try {
        // MQTT 3.1.1 §6.0
        if (typeof data === 'string') throw protocolError('Hub sent a text frame, not a binary one')
        reader.read(data)
      } catch (error) {
        if (!(error instanceof TwinError)) throw error
        end({ type: 'down', error, opened: true })
      }
    },
    onEnd: lose,
  })

  function onOpen(): void {
    if (state.type !== 'nothing') return
    const liveness = watchLiveness({
      keepaliveInSeconds,
      ping: () => batch.add(PINGREQ),
      bufferedBytes: socket.bufferedBytes,
      onDead: (reason) => lose(new Error(reason)),
    })
    state = { type: 'open', liveness }
    if (subscription !== undefined) subscription.sentAt = performance.now()
    batch.flush()
  }

  function send(frame: Packet): void {
    if (!('liveness' in state)) return
    socket.send(frame)
    noteSent(state.liveness, frame.length)
  }

  function handlePacket(packet: ReceivedPacket): void {
    if (state.type !== 'open' && state.type !== 'up') return
    if (packet.type === 'pingresp') notePong(state.liveness)
    const event = eventOf(packet, state.type === 'up', subscription, () => qos1?.read(packet, batch.add))
    if (event?.type === 'down' || event?.type === 'refused') return end(event)
    if (event?.type === 'up') state = { ...state, type: 'up' }
    if (event?.type === 'subscribed') subscription = undefined
    if (event !== undefined) onEvent(event)
  }

  function lose(cause?: Error): void {
    if (state.type !== 'over') end(lostEvent(url, state.type, cause))
  }

  function end(event?: WireEvent): void {
    if (state.type === 'over') return
    if (state.type !== 'nothing') stopWatching(state.liveness)
    state = { type: 'over' }
    qos1?.end()
    if (event !== undefined) onEvent(event)
  }

  return {
    send: batch.add,
    subscribe(filters) {
      subscription = { filters, sentAt: performance.now() }
      batch.add(encodeSubscribe(SUBSCRIBE_ID, filters))
    },
    publish: (topic, payload) => batch.add(encodePublish({ topic, payload })),
    close() {
      batch.flush()
      socket.send(DISCONNECT)
      end()
      return socket.close()
    },
  }
}

interface Subscription {
  readonly filters: readonly Filter[]
  sentAt: number
}

/** @returns the event of a packet; `undefined` where the session needs none */
function eventOf(
  packet: ReceivedPacket,
  isUp: boolean,
  subscription: Subscription | undefined,
  readQos1: () => WireEvent | undefined,
): WireEvent | undefined {
  if ((packet.type === 'connack') === isUp) {
    return protocolEvent(`Hub sent ${packet.type.toUpperCase()} ${isUp ? 'twice' : 'before CONNACK'}`)
  }
  switch (packet.type) {
    case 'connack':
      return packet.code === 0 ? { type: 'up' } : { type: 'refused', code: packet.code }
    case 'suback':
      return subackEvent(packet, subscription)
    case 'publish':
      return readQos1() ?? messageEvent(packet)
    case 'puback':
      return readQos1()
    default:
      return undefined
  }
}

function subackEvent(
  { packetId, codes }: Extract<ReceivedPacket, { type: 'suback' }>,
  subscription: Subscription | undefined,
): WireEvent {
  if (packetId !== SUBSCRIBE_ID || subscription?.filters.length !== codes.length) {
    return protocolEvent(`Hub sent SUBACK ${packetId} with ${codes.length} codes, which answers no SUBSCRIBE`)
  }
  const filters = subscription.filters.map(({ topic }) => topic)
  const refused = filters[codes.indexOf(0x80)]
  if (refused !== undefined) return refusedFilterEvent(refused)
  return { type: 'subscribed', filters, roundTripInMs: performance.now() - subscription.sentAt }
}

export function messageEvent({ topic, payload }: Extract<ReceivedPacket, { type: 'publish' }>): WireEvent {
  return { type: 'message', topic, payload }
}
