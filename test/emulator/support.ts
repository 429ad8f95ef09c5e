import { createHmac } from 'node:crypto'
import { Agent } from 'node:https'
import { connect as connectTls } from 'node:tls'
import { JobClient, Registry } from 'azure-iothub'
import { afterEach } from 'vitest'
import type { Hub, HubOptions, JsonObject } from '../../emulator/src/index.ts'
import { startHub } from '../../emulator/src/index.ts'
import type { IClientOptions, MqttClient } from './mqtt.ts'
import { connectMqtt } from './mqtt.ts'

/** Every wait of these tests ends, well before the test's own deadline. */
const deadlineInMs = 8000

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) await cleanup()
})

/** Undone after the test, last first. */
export function later(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}

/** As much of a hub as its clients need; it may run in another process. */
export interface RemoteHub {
  readonly endpoints: Hub['endpoints']
  readonly certificateAuthority: string
  readonly connectionStrings: Hub['connectionStrings']
}

export async function start(options?: HubOptions): Promise<Hub> {
  const hub = await startHub(options)
  later(() => hub.close())
  return hub
}

export function within<Value>(what: string, wait: Promise<Value>, inMs: number = deadlineInMs): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not happen in time`)), inMs)
    wait.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

export interface TokenOptions {
  readonly policyName?: string
  readonly expiry?: number
}

export function token(resource: string, key: string, { policyName, expiry }: TokenOptions = {}): string {
  const resourceUri = encodeURIComponent(resource)
  const seconds = expiry ?? Math.floor(Date.now() / 1000) + 3600
  const signature = createHmac('sha256', Buffer.from(key, 'base64'))
    .update(`${resourceUri}\n${seconds}`)
    .digest('base64')
  const policy = policyName === undefined ? '' : `&skn=${encodeURIComponent(policyName)}`
  return `SharedAccessSignature sr=${resourceUri}&sig=${encodeURIComponent(signature)}${policy}&se=${seconds}`
}

export function keyOf(connectionString: string): string {
  const key = /SharedAccessKey=([^;]+)/.exec(connectionString)?.[1]
  if (key === undefined) throw new Error('The connection string has no key')
  return key
}

export interface Message {
  readonly topic: string
  readonly body: string
}

export interface Device {
  readonly client: MqttClient
  readonly sessionPresent: boolean
  /** Every message that has come, in order. */
  readonly messages: readonly Message[]
  /** The next message that nobody has waited for yet. */
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
  /** Straight over TLS, without a WebSocket. */
  readonly straight?: boolean
  readonly mqtt?: IClientOptions
}

const responses = '$iothub/twin/res/#'
const desired = '$iothub/twin/PATCH/properties/desired/#'

/** What a device of the hub says in its CONNECT. */
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
      await client.subscribeAsync([responses, desired])
    },
    get: (rid = '1') => ask(`$iothub/twin/GET/?$rid=${rid}`, ''),
    report: (patch, rid = '1', version) =>
      ask(
        `$iothub/twin/PATCH/properties/reported/?$rid=${rid}${version === undefined ? '' : `&$version=${version}`}`,
        typeof patch === 'string' ? patch : JSON.stringify(patch),
      ),
  }
}

/** The return code of the CONNACK that refuses, or `accepted`. */
export async function refusalCode(hub: RemoteHub, options: IClientOptions, url = hub.endpoints.ws): Promise<unknown> {
  const client = connectMqtt(url, { ...connectOptions(hub), ca: hub.certificateAuthority, ...options })
  later(() => client.endAsync(true))
  const code = new Promise<unknown>((resolve) => {
    client.once('error', (error) => resolve('code' in error ? error.code : error.message))
    client.once('connect', () => resolve('accepted'))
  })
  return within('CONNACK', code)
}

/** A device that is subscribed to both topics of the twin. */
export async function connectSubscribed(hub: RemoteHub, options: DeviceOptions = {}): Promise<Device> {
  const device = await connect(hub, options)
  await device.subscribe()
  return device
}

/** The real Registry of azure-iothub. It takes neither port nor CA, so its agent does (docs/protocol/protocol.md §1.2). */
export function registryOf(hub: Hub): Registry {
  return ledTo(hub, Registry.fromConnectionString(ownerConnectionString(hub)))
}

export function jobClientOf(hub: Hub): JobClient {
  return ledTo(hub, JobClient.fromConnectionString(ownerConnectionString(hub)))
}

function ownerConnectionString(hub: Hub): string {
  return `HostName=localhost;SharedAccessKeyName=iothubowner;SharedAccessKey=${keyOf(hub.connectionStrings.service())}`
}

function ledTo<Client extends object>(hub: Hub, sdk: Client): Client {
  const agent = new Agent({ keepAlive: true })
  agent.createConnection = () =>
    connectTls({ host: '127.0.0.1', port: hub.securePort, servername: 'localhost', ca: hub.certificateAuthority })
  const { _restApiClient: client } = sdk as unknown as {
    _restApiClient: { setOptions(options: { http: { agent: Agent } }): void }
  }
  client.setOptions({ http: { agent } })
  later(() => agent.destroy())
  return sdk
}

export interface RestAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
}

export interface RestOptions {
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** In place of a token of iothubowner. */
  readonly authorization?: string
}

/** The address of a REST request, with a version of the API unless it names one. */
export function versioned(path: string): string {
  return /[?&]api-version=/.test(path) ? path : `${path}${path.includes('?') ? '&' : '?'}api-version=2021-04-12`
}

/** REST as azure-iothub does not speak it. */
export async function rest(
  hub: RemoteHub,
  method: string,
  path: string,
  options: RestOptions = {},
): Promise<RestAnswer> {
  const key = keyOf(hub.connectionStrings.service())
  const answer = await fetch(`${hub.endpoints.http}${versioned(path)}`, {
    method,
    headers: {
      authorization: options.authorization ?? token('localhost', key, { policyName: 'iothubowner' }),
      'content-type': 'application/json; charset=utf-8',
      ...options.headers,
    },
    ...(options.body === undefined
      ? {}
      : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
    signal: AbortSignal.timeout(deadlineInMs),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as JsonObject }
}
