import { randomUUID } from 'node:crypto'
import { startHub, type JsonObject } from 'hubtwin-emulator'
import type { BenchDevice, HubCalls, HubTwin } from './calls.ts'
import { createDeviceCalls } from './device-calls.ts'
import { cpuTime, serveCalls } from './serve-calls.ts'

// The process of the hub of a bench: `main.ts <folder for the certificate authority>`.

const [folder = '.'] = process.argv.slice(2)
const hub = await startHub()

const calls: HubCalls = {
  ...createDeviceCalls(hub),
  async createDevices({ count, desired }) {
    const devices: BenchDevice[] = []
    for (let index = 0; index < count; index++) {
      const deviceId = `bench-${randomUUID()}`
      await hub.createDevice(deviceId)
      if (desired !== undefined) await hub.updateTwin(deviceId, { properties: { desired } })
      const [secure, plain] = [false, true].map((isPlain) => hub.connectionStrings.device(deviceId, { plain: isPlain }))
      devices.push({ deviceId, secure: secure ?? '', plain: plain ?? '' })
    }
    return devices
  },
  async patchDesired({ deviceId, patches }) {
    for (const desired of patches) await hub.updateTwin(deviceId, { properties: { desired } })
    return twinOf(deviceId).versions.desired
  },
  async loseNotifications({ deviceId, times }) {
    hub.faults.set({ fault: 'lose', operation: 'notification', device: deviceId, times })
    return null
  },
  async kick({ deviceId }) {
    hub.faults.inject({ fault: 'kick', device: deviceId })
    return null
  },
  twin: async ({ deviceId }) => twinOf(deviceId),
  connected: async () => hub.connections().length,
  cpu: async () => cpuTime(),
}

function twinOf(deviceId: string): HubTwin {
  const { desired, reported } = hub.twin(deviceId)['properties'] as { desired: JsonObject; reported: JsonObject }
  return {
    desired,
    reported,
    versions: { desired: Number(desired['$version']), reported: Number(reported['$version']) },
  }
}

serveCalls(calls, { folder, certificateAuthority: hub.certificateAuthority, plainPort: hub.plainPort })
