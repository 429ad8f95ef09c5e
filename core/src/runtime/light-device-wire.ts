import { encodePuback, encodePublish, encodeUnsubscribe } from '../protocol/mqtt-encode.ts'
import type { DeviceWire, WireEvent, WireRequest } from '../session/wire.ts'
import { messageEvent, openLightWire, type Qos1, SUBSCRIBE_ID } from './light-wire.ts'
import { unacknowledged } from './wire-errors.ts'

/** A publish with QoS 1 that the hub has not acknowledged. */
interface Delivery {
  resolve(): void
  reject(error: unknown): void
}

/** Opens a light wire that also has QoS 1, which the features of a device need. */
export function openLightDeviceWire(request: WireRequest, onEvent: (event: WireEvent) => void): DeviceWire {
  const deliveries = new Map<number, Delivery>()
  let isOver = false
  let lastId = SUBSCRIBE_ID
  const qos1: Qos1 = {
    read(packet, send) {
      if (packet.type === 'puback') {
        deliveries.get(packet.packetId)?.resolve()
        deliveries.delete(packet.packetId)
      }
      if (packet.type !== 'publish' || packet.packetId === undefined) return undefined
      const { packetId, dup: isDuplicate } = packet
      return { ...messageEvent(packet), packetId, isDuplicate, acknowledge: () => send(encodePuback(packetId)) }
    },
    end() {
      isOver = true
      for (const { reject } of deliveries.values()) reject(unacknowledged())
      deliveries.clear()
    },
  }
  const wire = openLightWire(request, onEvent, qos1)

  /** From 2 to 65535, because 1 is that of SUBSCRIBE. */
  function nextId(): number {
    do lastId = lastId === 0xffff ? SUBSCRIBE_ID + 1 : lastId + 1
    while (deliveries.has(lastId))
    return lastId
  }

  return {
    ...wire,
    unsubscribe: (filters) => wire.send(encodeUnsubscribe(nextId(), filters)),
    publishAtLeastOnce: (topic, payload) =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(unacknowledged())
        const packetId = nextId()
        deliveries.set(packetId, { resolve, reject })
        wire.send(encodePublish({ topic, payload, packetId }))
      }),
  }
}
