import type { Context } from '../hub/context.ts'
import { telemetryOf } from '../messages/telemetry.ts'
import { isAnswerable, isIllFormed, parsePublishTopic, telemetryBag } from './topics.ts'
import type { TwinRequest } from './topics.ts'
import type { Connection } from './connection.ts'
import type { MethodCalls } from '../methods/method-calls.ts'
import type { TwinRequests } from '../twin/twin-requests.ts'

export interface DevicePublishes {
  /** Rejects where the publish ends its connection; otherwise resolves once it may be acknowledged. */
  take(connection: Connection, packet: Published): Promise<void>
  /** The device has gone without a DISCONNECT, and this was to be said then (docs/protocol/protocol.md §1.3). */
  takeWill(connection: Connection, will: Published): void
}

export interface Published {
  readonly topic: string
  readonly payload: Buffer | string
  readonly qos?: 0 | 1 | 2
  readonly retain?: boolean
}

export interface DevicePublishParts {
  readonly context: Context
  readonly twins: TwinRequests
  readonly methods: MethodCalls
}

/** What devices publish, each by its topic to those whom it concerns. */
export function createDevicePublishes({ context, twins, methods }: DevicePublishParts): DevicePublishes {
  function tellTelemetry(connection: Connection, bag: string, packet: Published, isWill: boolean): void {
    const { identity } = connection
    if (identity === undefined) return
    const sent = { bag, body: copyOf(packet), retain: packet.retain === true, isWill, at: context.clock() }
    context.events.emit({ ...identity, ...telemetryOf(identity, sent) })
  }

  /** MQTT 3.1.1 has no answer for a message that is one too many: it ends the connection (docs/protocol/protocol.md §1.3). */
  async function takeTelemetry(connection: Connection, bag: string, packet: Published): Promise<void> {
    const turn = context.throttle.admit('telemetry')
    const tell = (): void => tellTelemetry(connection, bag, packet, false)
    if (turn === undefined) return tell()
    const told = turn.then(tell)
    // Who waits for no acknowledgement goes on sending, until the queue is full.
    if (packet.qos === 1) await told
  }

  /** An answer whose topic is too long could not be written, and MQTT 3.1.1 has no other way to refuse the request. */
  async function requestTwin(connection: Connection, request: TwinRequest, packet: Published): Promise<void> {
    if (!isAnswerable(request.rid ?? '')) throw new Error('the $rid is too long for an answer')
    return twins.request(connection, request, packet)
  }

  return {
    async take(connection, packet) {
      const { identity } = connection
      // QoS 2, and a topic that is nobody's, end the connection (docs/protocol/protocol.md §1.3); so does a GET that no answer could name (4.2).
      if (packet.qos === 2) throw new Error('QoS 2 is not supported')
      if (isIllFormed(packet.topic)) throw new Error('the topic is not well formed')
      const request = identity && parsePublishTopic(packet.topic, identity)
      switch (request?.type) {
        case undefined:
          throw new Error('unknown topic')
        case 'telemetry':
          return takeTelemetry(connection, request.bag, packet)
        case 'method-answer':
          return methods.answer(connection, request, copyOf(packet))
        case 'get':
          if (request.rid === undefined) throw new Error('a GET needs a $rid')
          return requestTwin(connection, request, packet)
        case 'patch':
          return requestTwin(connection, request, packet)
      }
    },
    takeWill(connection, will) {
      const bag = connection.identity && telemetryBag(will.topic, connection.identity)
      if (bag !== undefined) tellTelemetry(connection, bag, will, true)
    },
  }
}

/** The packet is a part of a larger buffer, which a slow reader of events would hold on to. */
function copyOf({ payload }: Published): Uint8Array {
  return new Uint8Array(typeof payload === 'string' ? Buffer.from(payload) : payload)
}
