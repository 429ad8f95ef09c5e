import { readFileSync } from 'node:fs'
import { openDevice } from 'hubtwin'
import { openDevice as openLightDevice } from 'hubtwin/light'
import { methods } from 'hubtwin/methods'
import { telemetry } from 'hubtwin/telemetry'
import { officialClient, officialMessage } from '../../test/interop/official-device.ts'

/**
 * A measured client with telemetry and methods. Each adapter implements it with the client's own
 * API.
 */
export interface DeviceClient {
  readonly name: string
  /** Resolves once the client is connected and answers the method `echo` with its payload. */
  open(connectionString: string): Promise<OpenedDevice>
}

export interface OpenedDevice {
  /** Sends JSON with a message ID, a content type, and an encoding. Resolves on PUBACK. */
  send(body: object): Promise<void>
  close(): Promise<void>
}

export const BASE = 'azure-iot-device'

function ours(name: string, open: typeof openDevice): DeviceClient {
  return {
    name,
    async open(connectionString) {
      const device = open(connectionString, { use: { telemetry: telemetry(), methods: methods() } })
      device.methods.handle('echo', ({ payload }) => ({ status: 200, payload }))
      await device.twin.ready()
      return { send: (body) => device.telemetry.send(body), close: () => device.close() }
    },
  }
}

const official: DeviceClient = {
  name: BASE,
  async open(connectionString) {
    const certificateAuthority = readFileSync(process.env['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8')
    const client = await officialClient({ connectionString, certificateAuthority })
    await client.open()
    client.onDeviceMethod('echo', ({ payload }, response) => void response.send(200, payload))
    let count = 0
    return {
      async send(body) {
        const message = officialMessage(JSON.stringify(body))
        const properties = { contentType: 'application/json', contentEncoding: 'utf-8' }
        Object.assign(message, properties, { messageId: `message-${++count}` })
        await client.sendEvent(message)
      },
      close: async () => void (await client.close()),
    }
  },
}

export const deviceClients: readonly DeviceClient[] = [
  ours('hubtwin/light', openLightDevice),
  ours('hubtwin', openDevice),
  official,
]
