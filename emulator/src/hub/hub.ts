import { Refusal } from '../errors/refusal.ts'
import type { HubEvents } from '../events/event-stream.ts'
import type { Faults } from '../faults/faults.ts'
import type { Json, JsonObject } from '../formats/json.ts'
import { createIdentity } from '../identity/identities.ts'
import { identityOf } from '../identity/identity-id.ts'
import { parseIdentityRequest } from '../identity/identity.ts'
import type { CloudMessageRequest } from '../messages/cloud-message.ts'
import { sendToDevice } from '../messages/cloud-messages.ts'
import { type InputMessageRequest, sendToInput } from '../messages/input-messages.ts'
import { invokeMethod } from '../methods/invoke-method.ts'
import { parseMethodCall } from '../methods/method.ts'
import type { ConnectionInfo } from '../mqtt/connections.ts'
import { readTwin, updateTwinStrictly } from '../twin/twins.ts'
import type { ConnectionStrings } from './connection-strings.ts'
import type { Context } from './context.ts'
import type { Endpoints } from './endpoints.ts'
import type { HubClock } from './hub-clock.ts'

/** A running local hub. */
export interface Hub extends HubCalls {
  readonly hostName: string
  readonly securePort: number
  readonly plainPort: number
  readonly mqttPort: number
  readonly endpoints: Endpoints
  /** PEM of the development CA that signed the hub's certificate. */
  readonly certificateAuthority: string
  /** Path of the CA's file; only with a data folder. */
  readonly certificateAuthorityFile?: string
  readonly connectionStrings: ConnectionStrings
  readonly faults: Faults
  /** The hub's time, which a test can set. */
  readonly clock: HubClock
  /** Telemetry, twin changes, connections, methods, and messages. */
  readonly events: HubEvents
  /**
   * The whole state as JSON: identities with their keys, twins, messages, jobs, and policies. This
   * or another hub can `restore` it.
   */
  snapshot(): JsonObject
  /**
   * Replaces the whole state with a snapshot, or changes nothing. Disconnects all devices, since
   * their twins change. Meanwhile, the hub answers writes with 503.
   *
   * @throws Refusal ArgumentInvalid for an invalid snapshot, with the path of the problem;
   * ServiceUnavailable if the store fails
   */
  restore(snapshot: unknown): Promise<void>
  connections(): ConnectionInfo[]
  /** Closes all connections, finishes pending writes, and frees the ports and the data folder. */
  close(): Promise<void>
}

/**
 * The calls of a back end, without HTTP. After `close()`, they reject with ServiceUnavailable; only
 * `twin()` still works.
 * @example
 * ```ts
 * import {
 *   type HubCalls,
 *   type Json,
 *   type JsonObject,
 *   type MethodRequest,
 *   startHub,
 *   type UpdateTwinOptions,
 * } from 'hubtwin-emulator'
 *
 * async function configure(hub: HubCalls, desired: JsonObject, message: Json): Promise<void> {
 *   const options: UpdateTwinOptions = { ifMatch: '*' }
 *   await hub.updateTwin('device1', { properties: { desired: { ...desired, message } } }, options)
 * }
 * const reboot: MethodRequest = { methodName: 'reboot', responseTimeoutInSeconds: 10 }
 *
 * const hub = await startHub()
 * await configure(hub, { target: 21 }, 'Hello')
 * // DeviceNotOnline
 * await hub.invokeMethod('device1', reboot).catch((error) => console.log(error.code))
 * await hub.close()
 * ```
 */
export interface HubCalls {
  /**
   * Creates a device.
   *
   * @param body fields of the REST API, such as `status` or `authentication`
   * @returns the identity document
   */
  createDevice(deviceId: string, body?: JsonObject): Promise<JsonObject>
  createModule(deviceId: string, moduleId: string, body?: JsonObject): Promise<JsonObject>
  /**
   * Reads the whole twin, in the form of REST.
   *
   * @throws Refusal if the identity is not registered
   */
  twin(deviceId: string, moduleId?: string): JsonObject
  /**
   * Patches a twin: `{ tags, properties: { desired } }`. Like REST, it ignores the other fields of
   * a whole twin.
   *
   * @returns the whole twin
   * @throws Refusal ArgumentInvalid for a field that no twin has, PreconditionFailed for another
   *   etag than `ifMatch`, or another error of REST
   */
  updateTwin(deviceId: string, patch: JsonObject, options?: UpdateTwinOptions): Promise<JsonObject>
  /**
   * Calls a direct method.
   *
   * @throws Refusal DeviceNotOnline, GatewayTimeout, or another error of REST
   */
  invokeMethod(deviceId: string, call: MethodRequest, moduleId?: string): Promise<{ status: number; payload: Json }>
  /**
   * Queues a cloud-to-device message.
   *
   * @throws Refusal DeviceMaximumQueueDepthExceeded if 50 wait
   */
  sendToDevice(deviceId: string, message: CloudMessageRequest): Promise<JsonObject>
  /**
   * Delivers a message to an input of a connected module, in place of a route of IoT Edge.
   *
   * @throws Refusal DeviceNotOnline if the module is not connected or not subscribed to its inputs
   */
  sendToInput(
    deviceId: string,
    moduleId: string,
    inputName: string,
    message: InputMessageRequest,
  ): Promise<{ readonly messageId: string }>
}

/** A direct method call, as in REST. */
export interface MethodRequest {
  readonly methodName: string
  readonly payload?: Json
  /** 5 to 300. @default 30 */
  readonly responseTimeoutInSeconds?: number
  /** How long to wait for the device to connect and subscribe, 0 to 300. @default 0 */
  readonly connectTimeoutInSeconds?: number
}

export interface UpdateTwinOptions {
  readonly moduleId?: string
  readonly ifMatch?: string
}

/** @param isClosed whether the hub has begun to close, so that it accepts no calls */
export function createHubCalls(context: Context, isClosed: () => boolean): HubCalls {
  // Async, so that the caller gets every failure as a rejection.
  const whileOpen = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    if (isClosed()) throw new Refusal('ServiceUnavailable', 'The hub is closed')
    return call()
  }
  return {
    createDevice: (deviceId, body = {}) =>
      whileOpen(() => createIdentity(context, { deviceId }, parseIdentityRequest(body))),
    createModule: (deviceId, moduleId, body = {}) =>
      whileOpen(() => createIdentity(context, { deviceId, moduleId }, parseIdentityRequest(body))),
    twin: (deviceId, moduleId) => readTwin(context, identityOf(deviceId, moduleId)),
    updateTwin: (deviceId, patch, { moduleId, ifMatch } = {}) =>
      whileOpen(() => updateTwinStrictly(context, identityOf(deviceId, moduleId), patch, ifMatch)),
    invokeMethod: (deviceId, call, moduleId) =>
      whileOpen(() => invokeMethod(context, identityOf(deviceId, moduleId), parseMethodCall({ ...call }))),
    sendToDevice: (deviceId, message) => whileOpen(() => sendToDevice(context, deviceId, message)),
    sendToInput: (deviceId, moduleId, inputName, message) =>
      whileOpen(() => sendToInput(context, identityOf(deviceId, moduleId), inputName, message)),
  }
}
