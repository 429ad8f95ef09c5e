import { randomBytes } from 'node:crypto'
import type { FaultSource } from '../faults/faults.ts'
import type { Context } from '../hub/context.ts'
import { readDeviceTwin, reportTwin } from './twins.ts'
import { mqttErrorBody } from '../errors/error-body.ts'
import type { Occasion } from '../faults/active-fault.ts'
import { findInjectedResponse } from '../faults/injected-responses.ts'
import type { Identity } from '../identity/identity-id.ts'
import { parseJson } from '../formats/parse-json.ts'
import { Refusal, refusalFor, refusalForStatus } from '../errors/refusal.ts'
import { responseTopic, desiredTopic, type TwinRequest } from '../mqtt/topics.ts'
import type { DesiredPatch } from './twin.ts'
import { type Connection, isSubscribedFor } from '../mqtt/connection.ts'
import type { Connections } from '../mqtt/connections.ts'
import { publish } from '../mqtt/send-to-device.ts'
import type { Published } from '../mqtt/published.ts'

interface TwinResponse {
  readonly status: number
  readonly body: string
  readonly version?: number
}

/** Handles the twin requests of all MQTT connections of a hub. */
export interface TwinRequests {
  /**
   * Handles a request of a device and publishes the response. Resolves when the change is stored. A
   * throttled request without QoS 1 resolves as soon as it waits in the queue.
   */
  request(connection: Connection, request: TwinRequest, packet: Published): Promise<void>
  /** Publishes a desired patch, if the device is connected and subscribed. */
  notify(identity: Identity, desiredPatch: DesiredPatch): void
  close(): void
}

export function createTwinRequests(context: Context, connections: Connections, faults: FaultSource): TwinRequests {
  const delayed = new Set<NodeJS.Timeout>()

  async function request(connection: Connection, twinRequest: TwinRequest, packet: Published): Promise<void> {
    const { session } = connection
    if (session === undefined) return
    const { identity, apiVersion } = session
    const occasion = { identity, operation: twinRequest.type }
    const turn = injectedResponse(context, faults, occasion) ?? admit(context, twinRequest)
    if (turn !== undefined && 'status' in turn) return sendResponse(turn)
    const respond = async (): Promise<void> => {
      await turn
      if (connection.session === undefined) return
      sendResponse(await handleRequest(context, identity, apiVersion, twinRequest, Buffer.from(packet.payload)))
    }
    // A throttled request does not block the packets behind it. Each waits for its own turn.
    if (turn !== undefined && packet.qos !== 1) return void respond()
    return respond()

    function sendResponse(response: TwinResponse): void {
      // The device cannot match a response without a request ID. Edge Hub sends none
      // (docs/protocol/protocol.md §4.2).
      if (twinRequest.rid !== undefined) send(connection, occasion, twinRequest.rid, response)
    }
  }

  function send(
    connection: Connection,
    occasion: Occasion,
    rid: string,
    { status, body, version }: TwinResponse,
  ): void {
    if (faults.apply('lose', occasion)) return
    const times = faults.apply('duplicate', occasion) ? 2 : 1
    const respond = (): void => {
      if (!isSubscribedFor(connection, 'twin-responses')) {
        if (occasion.operation === 'get') connection.stream.duplex.emit('get-unheard')
        return
      }
      for (let time = 0; time < times; time++) void publish(connection, responseTopic(status, rid, version), body)
    }
    runAfter(faults.apply('delay', occasion)?.milliseconds, respond)
  }

  function runAfter(delayInMs: number | undefined, act: () => void): void {
    if (delayInMs === undefined) return act()
    const timer = setTimeout(() => {
      delayed.delete(timer)
      act()
    }, delayInMs)
    delayed.add(timer)
  }

  function notify(identity: Identity, { patch, version }: DesiredPatch): void {
    const connection = connections.find(identity)
    // The hub does not queue patches. A device reads its twin after it reconnects
    // (docs/protocol/protocol.md §4.6).
    if (connection === undefined || !isSubscribedFor(connection, 'desired')) return
    const occasion = { identity, operation: 'notification' } as const
    if (faults.apply('lose', occasion)) return
    const times = faults.apply('duplicate', occasion) ? 2 : 1
    const body = JSON.stringify({ ...patch, $version: version })
    runAfter(faults.apply('delay', occasion)?.milliseconds, () => {
      for (let time = 0; time < times; time++) void publish(connection, desiredTopic(version), body)
    })
  }

  return {
    request,
    notify,
    close() {
      for (const timer of delayed) clearTimeout(timer)
      delayed.clear()
    },
  }
}

function parseVersion(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new Refusal('ArgumentInvalid', '$version must be a whole number')
}

/**
 * @returns undefined to proceed at once, a promise to wait for, or the response of a refused
 *   request
 */
function admit(context: Context, { type }: TwinRequest): Promise<void> | TwinResponse | undefined {
  try {
    return context.throttle.admit(type === 'get' ? 'twinReads' : 'twinUpdates')
  } catch (error) {
    return failure(context, refusalFor(error, context.onError))
  }
}

async function handleRequest(
  context: Context,
  identity: Identity,
  apiVersion: string | undefined,
  twinRequest: TwinRequest,
  payload: Uint8Array,
): Promise<TwinResponse> {
  try {
    // A GET has no content: azure-iot-device sends a single space (docs/protocol/protocol.md §4.2).
    if (twinRequest.type === 'get') return { status: 200, body: JSON.stringify(readDeviceTwin(context, identity)) }
    if (apiVersion === undefined) {
      throw new Refusal('ArgumentInvalid', 'Reported properties need an api-version in the user name')
    }
    const version = await reportTwin(context, identity, parseJson(payload), parseVersion(twinRequest.version))
    return { status: 204, body: '', version }
  } catch (error) {
    return failure(context, refusalFor(error, context.onError))
  }
}

function failure(context: Context, refusal: Refusal): TwinResponse {
  const occurrence = { trackingId: `${randomBytes(16).toString('hex')}-G:0`, at: context.clock() }
  return { status: refusal.status, body: JSON.stringify(mqttErrorBody(refusal, occurrence)) }
}

function injectedResponse(context: Context, faults: FaultSource, occasion: Occasion): TwinResponse | undefined {
  const fault = findInjectedResponse(faults, occasion)
  if (fault === undefined) return undefined
  const { status, body } = fault
  return { status, body: body ?? (status < 300 ? '' : failure(context, refusalForStatus(status)).body) }
}
