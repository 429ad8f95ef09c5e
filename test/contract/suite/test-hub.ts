import type { JsonObject } from 'hubtwin'
import type { AnswerSpec, CloudMessageRequest, FaultSpec, Identity, JsonObject as HubJson } from 'hubtwin-emulator'
import type { Argument, ControlName, HubTelemetry, HubTwin, MethodResult, Result } from '../control/calls.ts'

/**
 * The suite's view of the hub, from any runtime. Every call goes by `fetch` to the hub's process.
 */
export interface TestHub {
  createDevice(moduleId?: string): Promise<TestDevice>
  createGate(): Promise<TestGate>
}

export interface TestDevice {
  readonly connectionString: string
  /** @returns the new desired `$version` */
  patchDesired(desired: JsonObject): Promise<number>
  twin(): Promise<HubTwin>
  /** @param times how often the hub injects the fault. @default until `heal` */
  setFault(fault: FaultSpec | AnswerSpec, times?: number): Promise<void>
  heal(): Promise<void>
  drop(): Promise<void>
  send(topic: string, payload: string): Promise<void>
  /** Calls a direct method once the device subscribes. */
  call(methodName: string, payload?: HubJson | string | number | null): Promise<MethodResult>
  /** Sends a message to the device, or to an input of the module. */
  sendMessage(message: CloudMessageRequest & { readonly body: string }, input?: string): Promise<void>
  /** The states of its messages so far, as `{state} {messageId}`. */
  messageStates(): Promise<readonly string[]>
  /** The telemetry at the hub so far, with the body as text. */
  telemetry(): Promise<readonly DeviceTelemetry[]>
}

export interface DeviceTelemetry extends HubTelemetry {
  readonly text: string
}

/**
 * The network between a device and the hub. It is shut at first; shutting it breaks its
 * connections.
 */
export interface TestGate {
  readonly endpoint: string
  open(): Promise<void>
  shut(): Promise<void>
}

/** @param scheme the scheme of the devices' connections */
export function connectTestHub(controlUrl: string, scheme: 'ws' | 'wss'): TestHub {
  const secure = scheme === 'wss'

  async function call<Name extends ControlName>(name: Name, argument: Argument<Name>): Promise<Result<Name>> {
    const response = await fetch(`${controlUrl}/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(argument),
      signal: AbortSignal.timeout(10_000),
    })
    if (!response.ok) throw new Error(`${name} failed with status ${response.status}: ${await response.text()}`)
    return (await response.json()) as Result<Name>
  }

  return {
    async createDevice(moduleId) {
      const request = { secure, ...(moduleId !== undefined && { moduleId }) }
      const { identity, connectionString } = await call('createDevice', request)
      return deviceOf(identity, connectionString)
    },
    async createGate() {
      const { id, endpoint } = await call('createGate', { secure })
      return {
        endpoint,
        open: async () => void (await call('setGate', { id, open: true })),
        shut: async () => void (await call('setGate', { id, open: false })),
      }
    },
  }

  function deviceOf(identity: Identity, connectionString: string): TestDevice {
    return {
      connectionString,
      patchDesired: (desired) => call('patchDesired', { identity, desired }),
      twin: () => call('readTwin', identity),
      setFault: async (fault, times) =>
        void (await call('setFault', { identity, fault, ...(times !== undefined && { times }) })),
      heal: async () => void (await call('heal', identity)),
      drop: async () => void (await call('drop', identity)),
      call: (methodName, payload) =>
        call('callMethod', {
          identity,
          request: { methodName, connectTimeoutInSeconds: 10, ...(payload !== undefined && { payload }) },
        }),
      sendMessage: async (message, input) =>
        void (await call('sendMessage', { identity, message, ...(input !== undefined && { input }) })),
      messageStates: () => call('readMessageStates', identity),
      async telemetry() {
        const messages = await call('readTelemetry', identity)
        return messages.map((each) => ({ ...each, text: new TextDecoder().decode(Uint8Array.from(each.body)) }))
      },
      send: async (topic, payload) => void (await call('sendRaw', { identity, topic, payload })),
    }
  }
}
