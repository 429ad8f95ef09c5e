import type { AnswerSpec, FaultSpec, Identity, JsonObject } from 'hubtwin-emulator'

/**
 * What the suite may ask of the process that holds the hub: a call is a POST to `/{name}` with its
 * argument as JSON, and answers with its result as JSON. The suite itself may run where no hub can,
 * in a page for instance.
 */
export interface ControlCalls {
  createDevice(wish: { readonly secure: boolean; readonly moduleId?: string }): CreatedDevice
  /** @returns the desired `$version` that it made */
  patchDesired(patch: { readonly identity: Identity; readonly desired: JsonObject }): number
  readTwin(identity: Identity): HubTwin
  setFault(fault: {
    readonly identity: Identity
    readonly fault: FaultSpec | AnswerSpec
    readonly times?: number
  }): null
  /** Takes back every fault of the device. */
  heal(identity: Identity): null
  /** @returns how many connections there were */
  drop(identity: Identity): number
  sendRaw(message: { readonly identity: Identity; readonly topic: string; readonly payload: string }): null
  /** A door of its own in front of the hub, shut at first. */
  createGate(wish: { readonly secure: boolean }): CreatedGate
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

/** A twin at the hub: what the suite compares with. */
export interface HubTwin {
  readonly desired: JsonObject
  readonly reported: JsonObject
  readonly versions: { readonly desired: number; readonly reported: number }
  /** Topic filters of the living connection; undefined where there is none. */
  readonly subscriptions?: readonly string[]
  /** The model that the last connection announced. */
  readonly modelId?: string
}

export type ControlName = keyof ControlCalls
export type Argument<Name extends ControlName> = Parameters<ControlCalls[Name]>[0]
export type Result<Name extends ControlName> = ReturnType<ControlCalls[Name]>
