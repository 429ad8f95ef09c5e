import { TwinError } from '../../core/src/errors.ts'
import type { Filter } from '../../core/src/protocol/filter.ts'
import { unacknowledged } from '../../core/src/runtime/wire-errors.ts'
import type { OpenDeviceWire, WireEvent, WireRequest } from '../../core/src/session/wire.ts'

export interface Sent {
  readonly topic: string
  readonly payload: string
  /** The `$rid` of the topic. */
  readonly rid: string
  readonly qos: 0 | 1
  readonly bytes: Uint8Array
}

/** A connection that a test controls. */
export interface ScriptedWire {
  readonly request: WireRequest
  readonly subscribed: readonly (readonly Filter[])[]
  readonly unsubscribed: readonly (readonly string[])[]
  readonly sent: readonly Sent[]
  readonly closed: boolean
  emit(event: WireEvent): void
  message(topic: string, payload?: unknown, acknowledge?: () => void): void
  /** Sends PUBACK for the first QoS 1 packet without it, or for an index among these. */
  puback(index?: number): void
  /** The QoS 1 packets without PUBACK. */
  readonly unacknowledged: readonly Sent[]
  /** Grants the subscription. */
  suback(roundTripInMs?: number): void
  /** Loses the connection. */
  drop(): void
  /** Emits `up`, grants the subscription, and answers the GET. */
  sync(document: { desired?: object; reported?: object }): void
  /** Answers the last request. */
  answer(status: number, body?: unknown, version?: number): void
}

interface Delivery {
  readonly packet: Sent
  resolve(): void
  reject(error: unknown): void
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** A hub that a test controls, for events that a real hub does not cause on demand. */
export interface ScriptedHub {
  readonly openWire: OpenDeviceWire
  readonly wires: readonly ScriptedWire[]
  /** The newest connection. */
  readonly wire: ScriptedWire
  /** Resolves when a closed connection is gone. */
  goodbye: Promise<void>
}

export function createScriptedHub(): ScriptedHub {
  const wires: ScriptedWire[] = []
  const hub: ScriptedHub = {
    openWire(request, onEvent) {
      const traffic = createTraffic()
      wires.push(createScriptedWire(request, onEvent, traffic))
      return createDeviceWire(traffic, () => hub.goodbye)
    },
    wires,
    goodbye: Promise.resolve(),
    get wire() {
      const wire = wires.at(-1)
      if (wire === undefined) throw new Error('Nothing has connected yet')
      return wire
    },
  }
  return hub
}

/** The packets of the device over a connection. */
interface Traffic {
  readonly subscribed: (readonly Filter[])[]
  readonly unsubscribed: (readonly string[])[]
  readonly sent: Sent[]
  /** The QoS 1 packets without PUBACK. */
  readonly deliveries: Delivery[]
  closed: boolean
}

function createTraffic(): Traffic {
  return { subscribed: [], unsubscribed: [], sent: [], deliveries: [], closed: false }
}

function rejectDeliveries({ deliveries }: Traffic): void {
  for (const { reject } of deliveries.splice(0)) reject(unacknowledged())
}

/** The end of a connection that the session uses. */
function createDeviceWire(traffic: Traffic, goodbye: () => Promise<void>): ReturnType<OpenDeviceWire> {
  function record(topic: string, payload: string | Uint8Array, qos: 0 | 1): Sent {
    const bytes = typeof payload === 'string' ? encode(payload) : payload
    const packet = { topic, payload: String(payload), rid: topic.split('$rid=')[1] ?? '', qos, bytes }
    traffic.sent.push(packet)
    return packet
  }
  return {
    subscribe: (filters) => traffic.subscribed.push(filters),
    unsubscribe: (filters) => traffic.unsubscribed.push(filters),
    publish: (topic, payload) => void record(topic, payload, 0),
    publishAtLeastOnce: (topic, payload) =>
      new Promise((resolve, reject) => {
        traffic.deliveries.push({ packet: record(topic, payload, 1), resolve, reject })
      }),
    close() {
      rejectDeliveries(traffic)
      traffic.closed = true
      return goodbye()
    },
  }
}

/** The end of a connection that the test controls. */
function createScriptedWire(request: WireRequest, onEvent: (event: WireEvent) => void, traffic: Traffic): ScriptedWire {
  const { subscribed, unsubscribed, sent, deliveries } = traffic
  const wire: ScriptedWire = {
    request,
    subscribed,
    unsubscribed,
    sent,
    get closed() {
      return traffic.closed
    },
    emit: onEvent,
    message(topic, payload = '', acknowledge) {
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
      const message = { type: 'message', topic, payload: encode(text) } as const
      onEvent({ ...message, ...(acknowledge && { acknowledge }) })
    },
    puback(index = 0) {
      const [delivery] = deliveries.splice(index, 1)
      if (delivery === undefined) throw new Error('No QoS 1 packet waits for PUBACK')
      delivery.resolve()
    },
    get unacknowledged() {
      return deliveries.map(({ packet }) => packet)
    },
    suback(roundTripInMs = 0) {
      const filters = (subscribed.at(-1) ?? []).map(({ topic }) => topic)
      onEvent({ type: 'subscribed', filters, roundTripInMs })
    },
    drop() {
      rejectDeliveries(traffic)
      onEvent({ type: 'down', error: new TwinError('ERR_INTERRUPTED', 'lost') })
    },
    sync({ desired = { $version: 1 }, reported = { $version: 1 } }) {
      onEvent({ type: 'up' })
      wire.suback()
      wire.answer(200, { desired, reported })
    },
    answer(status, body, version) {
      const rid = sent.filter(({ topic }) => topic.startsWith('$iothub/twin/')).at(-1)?.rid
      wire.message(
        `$iothub/twin/res/${status}/?$rid=${rid}${version === undefined ? '' : `&$version=${version}`}`,
        body,
      )
    },
  }
  return wire
}
