import type { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import type { JsonObject } from 'hubtwin-emulator'
import { hubAgent, portOf, withoutPort } from './hub-agent.ts'

/** What is used of azure-iot-device 1.18.4. Its own types are only there after `npm ci --prefix test`. */
export interface OfficialClient extends EventEmitter {
  open(): Promise<unknown>
  getTwin(): Promise<OfficialTwin>
  close(): Promise<unknown>
  setOptions(options: object): Promise<unknown>
}

export interface OfficialTwin extends EventEmitter {
  readonly properties: {
    readonly desired: { readonly [key: string]: unknown }
    readonly reported: {
      readonly [key: string]: unknown
      update(patch: JsonObject, done: (error?: Error) => void): void
    }
  }
}

const require = createRequire(import.meta.url)

export interface OfficialAccess {
  /** Of a device or a module, as the hub of this machine gives it: with a port. */
  readonly connectionString: string
  /** PEM. */
  readonly certificateAuthority: string
  /** Where that is not the port of the connection string. */
  readonly port?: number
}

/** The real client over MQTT and WebSocket, not opened yet. */
export async function officialClient(access: OfficialAccess): Promise<OfficialClient> {
  const { connectionString, certificateAuthority, port = portOf(connectionString) } = access
  const device = require('azure-iot-device') as Record<
    'Client' | 'ModuleClient',
    { fromConnectionString(text: string, transport: unknown): OfficialClient }
  >
  const { MqttWs } = require('azure-iot-device-mqtt') as { MqttWs: unknown }
  const kind = connectionString.includes(';ModuleId=') ? device.ModuleClient : device.Client
  const client = kind.fromConnectionString(withoutPort(connectionString), MqttWs)
  // In one call: each replaces what the one before has set (protocol sheet 1.2).
  const agent = hubAgent(certificateAuthority, port)
  await client.setOptions({ ca: certificateAuthority, mqtt: { webSocketAgent: agent } })
  // Without a listener an error of its would end the process.
  client.on('error', () => {})
  return client
}

/** The SDK has only a callback here. */
export function officialReport(twin: OfficialTwin, patch: JsonObject): Promise<void> {
  return new Promise((resolve, reject) => {
    twin.properties.reported.update(patch, (error) => (error ? reject(error) : resolve()))
  })
}
