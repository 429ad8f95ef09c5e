import type { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import type { JsonObject } from 'hubtwin-emulator'
import { hubAgent, portOf, withoutPort } from './hub-agent.ts'

/**
 * The part of azure-iot-device 1.18.4 that the tests use. Its own types exist only after `npm ci
 * --prefix test/interop`.
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
  /** Only devices have this. */
  onDeviceMethod(name: string, handler: OfficialMethod): void
  /** Only modules have this. */
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
  /** A connection string of a device or module with a port, as the local hub gives it. */
  readonly connectionString: string
  /** PEM. */
  readonly certificateAuthority: string
  /** A port that replaces the port of the connection string. */
  readonly port?: number
  /** The port for MQTT over TLS without a WebSocket. */
  readonly mqttPort?: number
  /** The model ID of IoT Plug and Play. */
  readonly modelId?: string
  /** Further options of the SDK. */
  readonly options?: object
}

/** Creates the real client without connecting it. */
export async function officialClient(access: OfficialAccess): Promise<OfficialClient> {
  const { connectionString, certificateAuthority, port = portOf(connectionString), mqttPort, modelId, options } = access
  const device = require('azure-iot-device') as Record<
    'Client' | 'ModuleClient',
    { fromConnectionString(text: string, transport: unknown): OfficialClient }
  >
  const { Mqtt, MqttWs } = require('azure-iot-device-mqtt') as { Mqtt: unknown; MqttWs: unknown }
  const kind = connectionString.includes(';ModuleId=') ? device.ModuleClient : device.Client
  // The SDK copies the host of a gateway, with its port, into the address. User name and token
  // contain the hub's own name.
  const gateway = mqttPort === undefined ? '' : `;GatewayHostName=localhost:${mqttPort}`
  const transport = mqttPort === undefined ? MqttWs : Mqtt
  const client = kind.fromConnectionString(withoutPort(connectionString) + gateway, transport)
  // A single call, because each call replaces the options of the previous call
  // (docs/protocol/protocol.md §1.2).
  const agent = hubAgent(certificateAuthority, port)
  const own = { ca: certificateAuthority, mqtt: { webSocketAgent: agent }, ...(modelId && { modelId }) }
  await client.setOptions({ ...own, ...options })
  // Without a listener, an `error` event would end the process.
  client.on('error', () => {})
  return client
}

/**
 * Redirects the port that the SDK dials to the local hub's port. With a ready-made token, the SDK
 * ignores its options (docs/protocol/protocol.md §3).
 *
 * @returns a function that undoes the redirection
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
