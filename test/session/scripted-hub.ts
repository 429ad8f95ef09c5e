import { TwinError } from '../../core/src/errors.ts'
import type { OpenWire, WireEvent, WireRequest } from '../../core/src/session/wire.ts'

export interface Sent {
  readonly topic: string
  readonly payload: string
  /** The `$rid` of the topic. */
  readonly rid: string
}

/** One connection, as a test plays it. */
export interface ScriptedWire {
  readonly request: WireRequest
  readonly subscribed: readonly (readonly string[])[]
  readonly sent: readonly Sent[]
  readonly closed: boolean
  emit(event: WireEvent): void
  message(topic: string, payload?: unknown): void
  /** The hub grants the subscription. */
  suback(roundTripInMs?: number): void
  /** The connection is lost. */
  drop(): void
  /** Up, subscribed, and the GET answered. */
  sync(document: { desired?: object; reported?: object }): void
  /** Answers the last request. */
  answer(status: number, body?: unknown, version?: number): void
}

/** A hub that does what a test says, for what a real one will not do on demand. */
export interface ScriptedHub {
  readonly openWire: OpenWire
  readonly wires: readonly ScriptedWire[]
  /** The newest connection. */
  readonly wire: ScriptedWire
  /** A connection that is closed is gone when this ends. */
  goodbye: Promise<void>
}

export function createScriptedHub(): ScriptedHub {
  const wires: ScriptedWire[] = []
  const hub: ScriptedHub = {
    openWire(request, onEvent) {
      const subscribed: (readonly string[])[] = []
      const sent: Sent[] = []
      let closed = false
      const wire: ScriptedWire = {
        request,
        subscribed,
        sent,
        get closed() {
          return closed
        },
        emit: onEvent,
        message(topic, payload = '') {
          const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
          onEvent({ type: 'message', topic, payload: new TextEncoder().encode(text) })
        },
        suback(roundTripInMs = 0) {
          onEvent({ type: 'subscribed', filters: subscribed.at(-1) ?? [], roundTripInMs })
        },
        drop() {
          onEvent({ type: 'down', error: new TwinError('ERR_INTERRUPTED', 'lost') })
        },
        sync({ desired = { $version: 1 }, reported = { $version: 1 } }) {
          onEvent({ type: 'up' })
          wire.suback()
          wire.answer(200, { desired, reported })
        },
        answer(status, body, version) {
          const rid = sent.at(-1)?.rid
          wire.message(
            `$iothub/twin/res/${status}/?$rid=${rid}${version === undefined ? '' : `&$version=${version}`}`,
            body,
          )
        },
      }
      wires.push(wire)
      return {
        subscribe: (filters) => subscribed.push(filters),
        publish: (topic, payload) => sent.push({ topic, payload: String(payload), rid: topic.split('$rid=')[1] ?? '' }),
        publishAtLeastOnce: () => Promise.reject(new Error('A twin sends nothing with QoS 1')),
        close() {
          closed = true
          return hub.goodbye
        },
      }
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
