import { TwinError } from '../../core/src/errors.ts'
import type { OpenWire, WireEvent, WireRequest } from '../../core/src/session/wire.ts'

export interface Sent {
  readonly topic: string
  readonly payload: string
  /** The `$rid` of the topic. */
  readonly rid: string
}

/** A connection that a test controls. */
export interface ScriptedWire {
  readonly request: WireRequest
  readonly subscribed: readonly (readonly string[])[]
  readonly sent: readonly Sent[]
  readonly closed: boolean
  emit(event: WireEvent): void
  message(topic: string, payload?: unknown): void
  /** Grants the subscription. */
  suback(roundTripInMs?: number): void
  /** Loses the connection. */
  drop(): void
  /** Emits `up`, grants the subscription, and answers the GET. */
  sync(document: { desired?: object; reported?: object }): void
  /** Answers the last request. */
  answer(status: number, body?: unknown, version?: number): void
}

/** A hub that a test controls, for events that a real hub does not cause on demand. */
export interface ScriptedHub {
  readonly openWire: OpenWire
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
