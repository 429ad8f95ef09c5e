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
import { type Liveness, watchLiveness } from './liveness.ts'
import { openSocket } from './web-socket.ts'
import { lostEvent, protocolEvent, type Reached, unacknowledged } from './wire-errors.ts'

interface Subscription {
  readonly filters: readonly string[]
  readonly sentAt: number
}

interface Delivery {
  resolve(): void
  reject(error: unknown): void
}

/** A wire that speaks MQTT 3.1.1 itself, over the WebSocket of the runtime. */
export function openLightWire(request: WireRequest, onEvent: (event: WireEvent) => void): Wire {
  /** What leaves as one frame when the socket opens. */
  let early: Uint8Array<ArrayBuffer>[] = [encodeConnect(request)]
  let reached: Reached = 'nothing'
  let over = false
  let openedAt = 0
  let lastId = 0
  let liveness: Liveness | undefined
  const subscriptions = new Map<number, Subscription>()
  const deliveries = new Map<number, Delivery>()
  const reader = createPacketReader(receive)
  const socket = openSocket(request.url, {
    onOpen() {
      reached = 'open'
      openedAt = performance.now()
      liveness = watchLiveness({
        keepaliveInSeconds: request.keepaliveInSeconds,
        ping: () => send(PINGREQ),
        bufferedBytes: () => socket.bufferedBytes,
        onDead: (reason) => end(lostEvent(request.url, reached, new Error(reason))),
      })
      const flight = early
      early = []
      send(join(flight))
    },
    onBytes(bytes) {
      try {
        reader.read(bytes)
      } catch (error) {
        if (!(error instanceof TwinError)) throw error
        end({ type: 'down', error, opened: true })
      }
    },
    onText: () => end(protocolEvent('Hub sent a text frame, not a binary one')),
    onEnd: (cause) => end(lostEvent(request.url, reached, cause)),
  })

  function send(bytes: Uint8Array<ArrayBuffer>): void {
    if (over) return
    if (reached === 'nothing') {
      early.push(bytes)
      return
    }
    socket.send(bytes)
    liveness?.sent(bytes.length)
  }

  function end(event?: WireEvent): void {
    if (over) return
    over = true
    liveness?.stop()
    for (const { reject } of deliveries.values()) reject(unacknowledged())
    if (event !== undefined) onEvent(event)
  }

  function receive(packet: ReceivedPacket): void {
    if (over) return
    if ((packet.type === 'connack') !== (reached === 'open')) {
      end(protocolEvent(`Hub sent ${packet.type.toUpperCase()} ${reached === 'up' ? 'twice' : 'before CONNACK'}`))
      return
    }
    switch (packet.type) {
      case 'connack':
        if (packet.code !== 0) return end({ type: 'refused', code: packet.code })
        reached = 'up'
        return onEvent({ type: 'up' })
      case 'suback':
        return receiveSuback(packet)
      case 'publish':
        return receivePublish(packet)
      case 'puback':
        deliveries.get(packet.packetId)?.resolve()
        deliveries.delete(packet.packetId)
        return
      case 'pingresp':
        return liveness?.answered()
    }
  }

  function receiveSuback({ packetId, codes }: Extract<ReceivedPacket, { type: 'suback' }>): void {
    const subscription = subscriptions.get(packetId)
    subscriptions.delete(packetId)
    if (subscription === undefined || subscription.filters.length !== codes.length) {
      return end(protocolEvent(`Hub sent SUBACK ${packetId} with ${codes.length} codes, which answers no SUBSCRIBE`))
    }
    if (codes.includes(0x80)) return end(protocolEvent('Hub refused to subscribe the topics of the twin'))
    const { filters, sentAt } = subscription
    onEvent({ type: 'subscribed', filters, roundTripInMs: performance.now() - Math.max(sentAt, openedAt) })
  }

  function receivePublish({ topic, payload, packetId }: Extract<ReceivedPacket, { type: 'publish' }>): void {
    if (packetId === undefined) return onEvent({ type: 'message', topic, payload })
    onEvent({ type: 'message', topic, payload, acknowledge: () => send(encodePuback(packetId)) })
  }

  /** An identifier is free again after its answer (MQTT 3.1.1 §2.3.1). */
  function newId(): number {
    do lastId = (lastId % 0xffff) + 1
    while (subscriptions.has(lastId) || deliveries.has(lastId))
    return lastId
  }

  return {
    subscribe(filters, qos) {
      const packetId = newId()
      send(encodeSubscribe(packetId, filters, qos))
      subscriptions.set(packetId, { filters, sentAt: performance.now() })
    },
    publish(topic, payload) {
      send(encodePublish({ topic, payload }))
    },
    publishAtLeastOnce(topic, payload) {
      return new Promise((resolve, reject) => {
        if (over) return reject(unacknowledged())
        const packetId = newId()
        send(encodePublish({ topic, payload, packetId }))
        deliveries.set(packetId, { resolve, reject })
      })
    },
    close() {
      if (reached !== 'nothing') socket.send(DISCONNECT)
      end()
      return socket.close()
    },
  }
}
