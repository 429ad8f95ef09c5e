import type { FaultSource } from '../faults/faults.ts'
import type { Context } from '../hub/context.ts'
import { telemetryOf } from '../messages/telemetry.ts'
import type { MethodCalls } from '../methods/method-calls.ts'
import type { TwinRequests } from '../twin/twin-requests.ts'
import { type Connection, destroyConnection } from './connection.ts'
import type { Published } from './published.ts'
import { isAnswerable, isIllFormed, parsePublishTopic, telemetryBag, type TwinRequest } from './topics.ts'

/** Handles the messages of devices. */
export interface DevicePublishes {
  /**
   * Resolves when the hub may acknowledge the packet. Rejects if the packet ends its connection.
   */
  accept(connection: Connection, packet: Published): Promise<void>
  /** Handles the will of a device that left without DISCONNECT (docs/protocol/protocol.md §1.3). */
  acceptWill(connection: Connection, will: Published): void
}

export interface DevicePublishParts {
  readonly context: Context
  readonly twins: TwinRequests
  readonly methods: MethodCalls
  readonly faults: FaultSource
}

/** Dispatches the messages of devices by topic. */
export function createDevicePublishes({ context, twins, methods, faults }: DevicePublishParts): DevicePublishes {
  /** Connections that a fault ends between two packets of the same chunk. */
  const closedByFault = new WeakSet<Connection>()

  function emitTelemetry(connection: Connection, bag: string, packet: Published, isWill: boolean): void {
    const { session } = connection
    if (session === undefined) return
    const message = { bag, body: copyOf(packet), retain: packet.retain === true, isWill, at: context.clock() }
    context.events.emit(telemetryOf(session, message))
  }

  /**
   * MQTT 3.1.1 has no error response for a message above the limit, so the hub closes the
   * connection (docs/protocol/protocol.md §1.3).
   */
  async function acceptTelemetry(connection: Connection, bag: string, packet: Published): Promise<void> {
    const emit = (): void => {
      checkOpen(connection)
      closeByFault(connection, 'before-storing')
      emitTelemetry(connection, bag, packet, false)
      closeByFault(connection, 'after-storing')
    }
    const turn = context.throttle.admit('telemetry')
    if (turn === undefined) return emit()
    const emitted = turn.then(emit)
    // With QoS 0, the device does not wait for PUBACK, and keeps sending until the queue is full.
    if (packet.qos === 1) await emitted
    else emitted.catch(() => destroyConnection(connection))
  }

  function closeByFault(connection: Connection, operation: 'before-storing' | 'after-storing'): void {
    if (!faults.apply('close', { identity: connection.session?.identity, operation })) return
    closedByFault.add(connection)
    throw new Error(`closed by a fault ${operation}`)
  }

  /** The packets behind the message of the fault are lost with the connection. */
  function checkOpen(connection: Connection): void {
    if (closedByFault.has(connection)) throw new Error('closed by a fault')
  }

  /**
   * The hub cannot send a response with a longer topic, and MQTT 3.1.1 has no other way to refuse
   * the request.
   */
  async function acceptTwinRequest(connection: Connection, request: TwinRequest, packet: Published): Promise<void> {
    if (!isAnswerable(request.rid ?? '')) throw new Error('the $rid is too long for a response')
    return twins.request(connection, request, packet)
  }

  return {
    async accept(connection, packet) {
      checkOpen(connection)
      const identity = connection.session?.identity
      // QoS 2 and an unknown topic end the connection (docs/protocol/protocol.md §1.3). So does a
      // GET without a request ID (docs/protocol/protocol.md §4.2).
      if (packet.qos === 2) throw new Error('QoS 2 is not supported')
      if (isIllFormed(packet.topic)) throw new Error('the topic is not well formed')
      const request = identity && parsePublishTopic(packet.topic, identity)
      switch (request?.type) {
        case undefined:
          throw new Error('unknown topic')
        case 'telemetry':
          return acceptTelemetry(connection, request.bag, packet)
        case 'method-response':
          return methods.handleResponse(connection, request, copyOf(packet))
        case 'get':
          if (request.rid === undefined) throw new Error('a GET needs a $rid')
          return acceptTwinRequest(connection, request, packet)
        case 'patch':
          return acceptTwinRequest(connection, request, packet)
      }
    },
    acceptWill(connection, will) {
      const identity = connection.session?.identity
      const bag = identity && telemetryBag(will.topic, identity)
      if (bag !== undefined) emitTelemetry(connection, bag, will, true)
    },
  }
}

/**
 * The payload is a slice of a larger buffer, which a slow reader of events would keep in memory.
 */
function copyOf({ payload }: Published): Uint8Array {
  return new Uint8Array(typeof payload === 'string' ? Buffer.from(payload) : payload)
}
