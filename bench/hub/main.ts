import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { startHub, type JsonObject } from 'hubtwin-emulator'
import type { BenchDevice, HubCalls, HubTwin } from './calls.ts'
import { createDeviceCalls } from './device-calls.ts'

// The process of the hub of a bench: `main.ts <folder for the certificate authority>`. It prints
// its address as a line of JSON, and ends with its stdin.

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
  async cpu() {
    const { user, system } = process.cpuUsage()
    return user + system
  },
}

function twinOf(deviceId: string): HubTwin {
  const { desired, reported } = hub.twin(deviceId)['properties'] as { desired: JsonObject; reported: JsonObject }
  return {
    desired,
    reported,
    versions: { desired: Number(desired['$version']), reported: Number(reported['$version']) },
  }
}

const server = createServer((request, response) => {
  const name = (request.url ?? '').slice(1) as keyof HubCalls
  const call = calls[name] as ((argument: unknown) => Promise<unknown>) | undefined
  void text(request)
    .then((body) => call?.(JSON.parse(body)))
    .then(
      (answer) => response.end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
}).listen(0, '127.0.0.1', () => {
  const certificateAuthorityFile = join(folder, 'hub-ca.pem')
  writeFileSync(certificateAuthorityFile, hub.certificateAuthority)
  const { port } = server.address() as AddressInfo
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, certificateAuthorityFile, plainPort: hub.plainPort }))
})

process.stdin.resume().once('end', () => process.exit(0))
