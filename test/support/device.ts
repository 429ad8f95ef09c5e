import { later } from './cleanup.ts'
import type { RemoteHub } from './hub.ts'
import { type IClientOptions, type MqttClient, connectMqtt } from './mqtt.ts'
import { keyOf, token } from './sas-token.ts'
import { within } from './waits.ts'

export interface Message {
  readonly topic: string
  readonly body: string
}

export interface Device {
  readonly client: MqttClient
  readonly sessionPresent: boolean
  /** Every message so far, in order. */
  readonly messages: readonly Message[]
  /** The next message that no call has returned yet. */
  next(): Promise<Message>
  closed(): Promise<void>
  subscribe(): Promise<void>
  get(rid?: string): Promise<Message>
  report(patch: unknown, rid?: string, version?: number): Promise<Message>
}

export interface DeviceOptions {
  readonly deviceId?: string
  readonly moduleId?: string
  readonly secure?: boolean
  /** MQTT over TLS, without a WebSocket. */
  readonly straight?: boolean
  readonly mqtt?: IClientOptions
}

const RESPONSES = '$iothub/twin/res/#'
const DESIRED = '$iothub/twin/PATCH/properties/desired/#'

/** The CONNECT of a device. */
export function connectOptions(hub: RemoteHub, { deviceId = 'device1', moduleId }: DeviceOptions = {}): IClientOptions {
  const path = moduleId === undefined ? deviceId : `${deviceId}/${moduleId}`
  const resource = `localhost/devices/${deviceId}${moduleId === undefined ? '' : `/modules/${moduleId}`}`
  const key = keyOf(hub.connectionStrings.device(deviceId, moduleId === undefined ? {} : { moduleId }))
  return {
    clientId: path,
    username: `localhost/${path}/?api-version=2021-04-12`,
    password: token(resource, key),
    protocolVersion: 4,
    reconnectPeriod: 0,
  }
}

export async function connect(hub: RemoteHub, options: DeviceOptions = {}): Promise<Device> {
  const { wss, ws, mqtts } = hub.endpoints
  const url = options.straight === true ? mqtts : options.secure === true ? wss : ws
  const settings = { ...connectOptions(hub, options), ca: hub.certificateAuthority, ...options.mqtt }
  const client = connectMqtt(url, settings)
  later(() => client.endAsync(true))
  const messages: Message[] = []
  let taken = 0
  client.on('message', (topic, payload) => messages.push({ topic, body: payload.toString() }))
  const closed = new Promise<void>((resolve) => client.once('close', resolve))
  const sessionPresent = await within(
    'CONNACK',
    new Promise<boolean>((resolve, reject) => {
      client.once('connect', (packet) => resolve(packet.sessionPresent))
      client.once('error', reject)
      client.once('close', () => reject(new Error('closed before it was connected')))
    }),
  )

  async function next(): Promise<Message> {
    while (messages.length <= taken) {
      await within('a message', new Promise((resolve) => client.once('message', resolve)))
    }
    return messages[taken++] as Message
  }
  async function ask(topic: string, payload: string): Promise<Message> {
    await client.publishAsync(topic, payload)
    return next()
  }
  return {
    client,
    sessionPresent,
    messages,
    next,
    closed: () => within('the end of the connection', closed),
    async subscribe() {
      await client.subscribeAsync([RESPONSES, DESIRED])
    },
    get: (rid = '1') => ask(`$iothub/twin/GET/?$rid=${rid}`, ''),
    report: (patch, rid = '1', version) =>
      ask(
        `$iothub/twin/PATCH/properties/reported/?$rid=${rid}${version === undefined ? '' : `&$version=${version}`}`,
        typeof patch === 'string' ? patch : JSON.stringify(patch),
      ),
  }
}

/** Returns the return code of a CONNACK that refuses, or `accepted`. */
export async function refusalCode(
  hub: RemoteHub,
  options: DeviceOptions = {},
  url = hub.endpoints.ws,
): Promise<unknown> {
  const settings = { ...connectOptions(hub, options), ca: hub.certificateAuthority, ...options.mqtt }
  const client = connectMqtt(url, settings)
  later(() => client.endAsync(true))
  const code = new Promise<unknown>((resolve) => {
    client.once('error', (error) => resolve('code' in error ? error.code : error.message))
    client.once('connect', () => resolve('accepted'))
  })
  return within('CONNACK', code)
}

/** Connects a device and subscribes to both topics of the twin. */
export async function connectSubscribed(hub: RemoteHub, options: DeviceOptions = {}): Promise<Device> {
  const device = await connect(hub, options)
  await device.subscribe()
  return device
}

/** The topic of a device's telemetry, before the property bag. */
export function telemetryTopic(deviceId: string): string {
  return `devices/${deviceId}/messages/events/`
}
