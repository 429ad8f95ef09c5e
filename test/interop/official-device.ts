import type { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import type { JsonObject } from 'hubtwin-emulator'
import { hubAgent, portOf, withoutPort } from './hub-agent.ts'

/**
 * What is used of azure-iot-device 1.18.4. Its own types are only there after `npm ci --prefix
 * test`.
 */
export interface OfficialClient extends EventEmitter {
  open(): Promise<unknown>
  getTwin(): Promise<OfficialTwin>
  close(): Promise<unknown>
  setOptions(options: object): Promise<unknown>
  sendEvent(message: OfficialMessage): Promise<unknown>
  sendEventBatch(messages: readonly OfficialMessage[]): Promise<unknown>
  complete(message: OfficialMessage): Promise<unknown>
  reject(message: OfficialMessage): Promise<unknown>
  abandon(message: OfficialMessage): Promise<unknown>
  updateSharedAccessSignature(signature: string): Promise<unknown>
  /** Of a device. */
  onDeviceMethod(name: string, handler: OfficialMethod): void
  /** Of a module. */
  onMethod(name: string, handler: OfficialMethod): void
  sendOutputEvent(output: string, message: OfficialMessage): Promise<unknown>
}

export type OfficialMethod = (
  request: { readonly payload: unknown },
  response: { send(status: number, payload: unknown): Promise<unknown> },
) => void

export interface OfficialMessage {
  readonly data: Uint8Array | string
  readonly properties: {
    add(key: string, value: string): void
    getValue(key: string): string | undefined
  }
  messageId: string
  correlationId: string
  userId: string
  contentType: string
  contentEncoding: string
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
  /** MQTT straight over TLS at this port, in place of the WebSocket. */
  readonly mqttPort?: number
  /** Of Plug and Play. */
  readonly modelId?: string
  /** More of the SDK's own options. */
  readonly options?: object
}

/** The real client, not opened yet. */
export async function officialClient(access: OfficialAccess): Promise<OfficialClient> {
  const { connectionString, certificateAuthority, port = portOf(connectionString), mqttPort, modelId, options } = access
  const device = require('azure-iot-device') as Record<
    'Client' | 'ModuleClient',
    { fromConnectionString(text: string, transport: unknown): OfficialClient }
  >
  const { Mqtt, MqttWs } = require('azure-iot-device-mqtt') as { Mqtt: unknown; MqttWs: unknown }
  const kind = connectionString.includes(';ModuleId=') ? device.ModuleClient : device.Client
  // The host of a gateway goes into the address as it is, with its port; the hub's own name is in
  // user name and token.
  const gateway = mqttPort === undefined ? '' : `;GatewayHostName=localhost:${mqttPort}`
  const transport = mqttPort === undefined ? MqttWs : Mqtt
  const client = kind.fromConnectionString(withoutPort(connectionString) + gateway, transport)
  // In one call: each replaces what the one before has set (docs/protocol/protocol.md §1.2).
  const agent = hubAgent(certificateAuthority, port)
  const own = { ca: certificateAuthority, mqtt: { webSocketAgent: agent }, ...(modelId && { modelId }) }
  await client.setOptions({ ...own, ...options })
  // Without a listener an error of its would end the process.
  client.on('error', () => {})
  return client
}

/**
 * Leads the port that the SDK dials, where it goes by a ready-made token whatever its options say,
 * to a hub's own (docs/protocol/protocol.md §3).
 *
 * @returns takes it back
 */
export function leadPort8883To(port: number): () => void {
  const tls = require('node:tls') as { connect: (options: { port?: number }) => unknown }
  const { connect } = tls
  tls.connect = (options) => connect(options.port === 8883 ? { ...options, port } : options)
  return () => {
    tls.connect = connect
  }
}

/** A message to send. */
export function officialMessage(data: string, properties: Readonly<Record<string, string>> = {}): OfficialMessage {
  const { Message } = require('azure-iot-device') as { Message: new (data: string) => OfficialMessage }
  const message = new Message(data)
  for (const [key, value] of Object.entries(properties)) message.properties.add(key, value)
  return message
}

/** The SDK has only a callback here. */
export function officialReport(twin: OfficialTwin, patch: JsonObject): Promise<void> {
  return new Promise((resolve, reject) => {
    twin.properties.reported.update(patch, (error) => (error ? reject(error) : resolve()))
  })
}
