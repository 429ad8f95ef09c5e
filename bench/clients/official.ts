import { readFileSync } from 'node:fs'
import { officialClient, officialReport } from '../../test/interop/official-device.ts'
import type { Client } from './client.ts'

/** azure-iot-device over MQTT and WebSocket, with the authority that the process trusts. */
export const official: Client = {
  name: 'azure-iot-device',
  async open(connectionString) {
    const certificateAuthority = readFileSync(process.env['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8')
    const client = await officialClient({ connectionString, certificateAuthority })
    await client.open()
    const twin = await client.getTwin()
    return {
      listen: (listener) =>
        new Promise((resolve) => {
          // The first listener makes the SDK subscribe, without a signal. A twin read after it
          // arrives later.
          twin.on('properties.desired', () => listener(twin.properties.desired))
          void client.getTwin().then(() => resolve())
        }),
      listenAt: (path, listener) => void twin.on(`properties.desired.${path}`, listener),
      report: (patch) => officialReport(twin, patch),
      refresh: async () => void (await client.getTwin()),
      close: async () => void (await client.close()),
    }
  },
}
