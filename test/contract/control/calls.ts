import type { AnswerSpec, CloudMessageRequest, FaultSpec, Identity, JsonObject, MethodRequest } from 'hubtwin-emulator'

/**
 * The calls that the suite can make to the hub's process. A call is a POST to `/{name}` with its
 * argument as JSON; the response holds the result as JSON. The suite itself can run where no hub
 * can, for example in a page.
 */
export interface ControlCalls {
  createDevice(request: { readonly secure: boolean; readonly moduleId?: string }): CreatedDevice
  /** @returns the new desired `$version` */
  patchDesired(patch: { readonly identity: Identity; readonly desired: JsonObject }): number
  readTwin(identity: Identity): HubTwin
  setFault(fault: {
    readonly identity: Identity
    readonly fault: FaultSpec | AnswerSpec
    readonly times?: number
  }): null
  /** Clears every fault of the device. */
  heal(identity: Identity): null
  /** @returns the number of connections */
  drop(identity: Identity): number
  sendRaw(message: { readonly identity: Identity; readonly topic: string; readonly payload: string }): null
  /** Calls a direct method, and waits for its response. */
  callMethod(call: { readonly identity: Identity; readonly request: MethodRequest }): MethodResult
  /** The telemetry of the device so far. */
  readTelemetry(identity: Identity): readonly HubTelemetry[]
  /** Sends a message to a device, or to an input of a module that is connected and subscribed. */
  sendMessage(message: {
    readonly identity: Identity
    readonly input?: string
    readonly message: CloudMessageRequest
  }): null
  /** The states of the messages to the device or module so far, as `{state} {messageId}`. */
  readMessageStates(identity: Identity): readonly string[]
  /** Opens a separate gate in front of the hub. The gate is shut at first. */
  createGate(request: { readonly secure: boolean }): CreatedGate
  setGate(gate: { readonly id: string; readonly open: boolean }): null
}

export interface CreatedDevice {
  readonly identity: Identity
  readonly connectionString: string
}

export interface CreatedGate {
  readonly id: string
  readonly endpoint: string
}

/** The hub's twin, which the suite compares with the client's. */
export interface HubTwin {
  readonly desired: JsonObject
  readonly reported: JsonObject
  readonly versions: { readonly desired: number; readonly reported: number }
  /** Topic filters of the current connection; undefined without a connection. */
  readonly subscriptions?: readonly string[]
  /** The model that the last connection announced. */
  readonly modelId?: string
}

export interface MethodResult {
  readonly status: number
  readonly payload: unknown
}

/** A message as the hub stored it. */
export interface HubTelemetry {
  /** The bytes of the body. */
  readonly body: readonly number[]
  readonly properties: JsonObject
  readonly systemProperties: JsonObject
}

export type ControlName = keyof ControlCalls
export type Argument<Name extends ControlName> = Parameters<ControlCalls[Name]>[0]
export type Result<Name extends ControlName> = ReturnType<ControlCalls[Name]>
