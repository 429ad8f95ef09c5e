import { randomUUID } from 'node:crypto'
import type { Hub, Identity, JsonObject } from 'hubtwin-emulator'
import type { Argument, ControlName, HubTelemetry, HubTwin, Result } from './calls.ts'
import { createGate, type Gate } from './gate.ts'

export type Operations = {
  readonly [Name in ControlName]: (argument: Argument<Name>) => Result<Name> | Promise<Result<Name>>
}

/** Carries out the calls of the suite at a hub in this process. */
export function controlOperations(hub: Hub): Operations {
  return { ...twinOperations(hub), ...faultOperations(hub), ...messageOperations(hub), ...gateOperations(hub) }
}

function keyOf({ deviceId, moduleId }: Identity): string {
  return `${deviceId}/${moduleId ?? ''}`
}

function twinOperations(hub: Hub): Pick<Operations, 'createDevice' | 'patchDesired' | 'readTwin'> {
  return {
    async createDevice({ secure, moduleId }) {
      const deviceId = `device-${randomUUID()}`
      await hub.createDevice(deviceId)
      if (moduleId !== undefined) await hub.createModule(deviceId, moduleId)
      const module = moduleId === undefined ? {} : { moduleId }
      return {
        identity: { deviceId, ...module },
        connectionString: hub.connectionStrings.device(deviceId, { plain: !secure, ...module }),
      }
    },
    async patchDesired({ identity: { deviceId, moduleId }, desired }) {
      const module = moduleId === undefined ? {} : { moduleId }
      return sections(await hub.updateTwin(deviceId, { properties: { desired } }, module)).versions.desired
    },
    readTwin({ deviceId, moduleId }) {
      const connection = hub.connections().find((each) => each.deviceId === deviceId && each.moduleId === moduleId)
      const { modelId, ...twin } = hub.twin(deviceId, moduleId)
      return {
        ...sections(twin),
        ...(typeof modelId === 'string' && { modelId }),
        ...(connection && { subscriptions: connection.subscriptions }),
      }
    },
  }
}

function faultOperations(hub: Hub): Pick<Operations, 'setFault' | 'heal' | 'drop' | 'sendRaw'> {
  const undoOf = new Map<string, (() => void)[]>()
  return {
    setFault({ identity, fault, times }) {
      const target = {
        device: identity.deviceId,
        ...(identity.moduleId !== undefined && { module: identity.moduleId }),
        ...(times !== undefined && { times }),
      }
      const undo =
        'fault' in fault ? hub.faults.set({ ...fault, ...target }) : hub.faults.answer({ ...fault, ...target })
      undoOf.set(keyOf(identity), [...(undoOf.get(keyOf(identity)) ?? []), undo])
      return null
    },
    heal(identity) {
      for (const undo of undoOf.get(keyOf(identity)) ?? []) undo()
      undoOf.delete(keyOf(identity))
      return null
    },
    drop: ({ deviceId, moduleId }) => {
      const module = moduleId === undefined ? {} : { module: moduleId }
      return hub.faults.inject({ fault: 'kick', device: deviceId, ...module }).injected
    },
    async sendRaw({ identity, topic, payload }) {
      await hub.faults.send(identity, topic, payload)
      return null
    },
  }
}

function messageOperations(
  hub: Hub,
): Pick<Operations, 'callMethod' | 'readTelemetry' | 'sendMessage' | 'readMessageStates'> {
  const telemetry = new Map<string, HubTelemetry[]>()
  const states = new Map<string, string[]>()
  hub.events.listen((event) => {
    if (event.type === 'cloud-message' || event.type === 'input-message') {
      states.set(keyOf(event), [...(states.get(keyOf(event)) ?? []), `${event.state} ${event.messageId}`])
    }
    if (event.type !== 'telemetry') return
    const { body, properties, systemProperties } = event
    const key = keyOf(event)
    telemetry.set(key, [...(telemetry.get(key) ?? []), { body: [...body], properties, systemProperties }])
  })
  return {
    callMethod: ({ identity: { deviceId, moduleId }, request }) => hub.invokeMethod(deviceId, request, moduleId),
    readTelemetry: (identity) => telemetry.get(keyOf(identity)) ?? [],
    async sendMessage({ identity: { deviceId, moduleId }, input, message }) {
      if (moduleId === undefined || input === undefined) await hub.sendToDevice(deviceId, message)
      else await hub.sendToInput(deviceId, moduleId, input, message)
      return null
    },
    readMessageStates: (identity) => states.get(keyOf(identity)) ?? [],
  }
}

function gateOperations(hub: Hub): Pick<Operations, 'createGate' | 'setGate'> {
  const gates = new Map<string, Gate>()
  return {
    async createGate({ secure }) {
      const gate = await createGate(secure ? hub.securePort : hub.plainPort)
      const id = randomUUID()
      gates.set(id, gate)
      return { id, endpoint: `${secure ? 'wss' : 'ws'}://localhost:${gate.port}` }
    },
    setGate({ id, open }) {
      gates.get(id)?.setOpen(open)
      return null
    },
  }
}

function sections(twin: JsonObject): HubTwin {
  const { desired, reported } = twin['properties'] as { desired: JsonObject; reported: JsonObject }
  return {
    desired: withoutHubKeys(desired),
    reported: withoutHubKeys(reported),
    versions: { desired: Number(desired['$version']), reported: Number(reported['$version']) },
  }
}

function withoutHubKeys(section: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(section).filter(([key]) => !key.startsWith('$')))
}
