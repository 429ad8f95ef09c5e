import { once } from 'node:events'
import { request as requestPlain, type IncomingMessage } from 'node:http'
import { request as requestSecure } from 'node:https'
import { beforeAll, afterAll, describe, expect, test } from 'vitest'
import { type Hub, type JsonObject, startHub } from '../../../emulator/src/index.ts'
import { type Device, connect } from '../../support/device.ts'
import { later } from '../../support/cleanup.ts'
import { keyOf, token } from '../../support/sas-token.ts'
import { within } from '../../support/waits.ts'

// The requests of Azure IoT Explorer 0.15.17 (for digital twins, 0.13.0), as its published source
// builds them. It escapes the whole path, and labels any body as JSON. A response with
// x-ms-command-statuscode, or without status 204, must be JSON.

interface ExplorerRequest {
  readonly method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT'
  readonly path: string
  readonly queryString?: string
  readonly body?: unknown
  readonly rawBody?: string
  readonly headers?: Record<string, string>
}

interface ExplorerAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: JsonObject
  /** The body of a query. */
  readonly rows: readonly JsonObject[]
}

const API_VERSION = '2020-09-30'

let hub: Hub

beforeAll(async () => {
  hub = await startHub({ devices: ['kiosk-1', 'kiosk-2', 'other'] })
})
afterAll(() => hub.close())

describe.each(['https', 'http'] as const)('Azure IoT Explorer over %s', (scheme) => {
  const explorer = (request: ExplorerRequest): Promise<ExplorerAnswer> => send(scheme, request)

  test('lists devices, 100 at a time, with its own column names', async () => {
    const { status, rows } = await explorer(devicesQuery(''))
    expect(status).toBe(200)
    expect(rows.find(({ DeviceId }) => DeviceId === 'kiosk-1')).toMatchObject({
      Status: 'enabled',
      AuthenticationType: 'sas',
      CloudToDeviceMessageCount: 0,
      ConnectionState: 'Disconnected',
      IotEdge: false,
      LastActivityTime: expect.stringMatching(/^\d{4}-/),
      StatusUpdatedTime: expect.stringMatching(/^\d{4}-/),
    })
  })

  test.each(["status='enabled'", 'capabilities.iotEdge=false', "capabilities.iotEdge=false AND status='enabled'"])(
    'filters devices by %s',
    async (condition) => {
      const { status, rows } = await explorer(devicesQuery(`WHERE (${condition})`))
      expect([status, rows.map(({ DeviceId }) => DeviceId)]).toEqual([200, expect.arrayContaining(['other'])])
    },
  )

  test('searches devices by the start of their ID', async () => {
    const { status, rows } = await explorer(devicesQuery("WHERE STARTSWITH(devices.deviceId, 'kiosk-')"))
    expect([status, rows.map(({ DeviceId }) => DeviceId)]).toEqual([200, ['kiosk-1', 'kiosk-2']])
  })

  test('gets the next page with the continuation token of the last page', async () => {
    const first = await explorer(devicesQuery('', { 'x-ms-max-item-count': '1' }))
    const continuation = String(first.headers['x-ms-continuation'])
    const next = await explorer(devicesQuery('', { 'x-ms-max-item-count': '1', 'x-ms-continuation': continuation }))
    expect([first.rows.length, next.rows.length]).toEqual([1, 1])
    expect(next.rows[0]?.['DeviceId']).not.toBe(first.rows[0]?.['DeviceId'])
  })

  test('adds, reads, updates and deletes a device', async () => {
    const deviceId = `added-${scheme}`
    const identity = {
      authentication: { symmetricKey: { primaryKey: null, secondaryKey: null }, type: 'sas', x509Thumbprint: null },
      capabilities: { iotEdge: false },
      cloudToDeviceMessageCount: null,
      deviceId,
      etag: null,
      lastActivityTime: null,
      status: 'enabled',
      statusReason: null,
      statusUpdatedTime: null,
    }
    expect((await explorer({ method: 'PUT', path: `devices/${deviceId}`, body: identity })).status).toBe(200)
    const { body: read } = await explorer({ method: 'GET', path: `devices/${deviceId}` })
    const update = { ...read, status: 'disabled' }
    const headers = { 'If-Match': `"${read['etag'] as string}"` }
    expect((await explorer({ method: 'PUT', path: `devices/${deviceId}`, body: update, headers })).body).toMatchObject({
      status: 'disabled',
    })
    const body = [{ etag: '*', id: deviceId, importMode: 'deleteIfMatchEtag' }]
    expect(await explorer({ method: 'POST', path: 'devices', body })).toMatchObject({
      status: 200,
      body: { isSuccessful: true },
    })
    expect((await explorer({ method: 'GET', path: `devices/${deviceId}` })).status).toBe(404)
  })

  test('reads a twin, and sends the whole twin back with a change', async () => {
    const { body: twin } = await explorer({ method: 'GET', path: 'twins/kiosk-1' })
    const body = { ...twin, tags: { floor: scheme }, properties: { desired: { target: 21 } } }
    const updated = await explorer({ method: 'PATCH', path: 'twins/kiosk-1', body })
    expect(updated).toMatchObject({ status: 200, body: { tags: { floor: scheme } } })
    expect(hub.twin('kiosk-1')).toMatchObject({ properties: { desired: { target: 21 } } })
  })

  test('shows the message of a refused request', async () => {
    const { status, body } = await explorer({ method: 'GET', path: 'twins/nobody' })
    expect([status, body['Message']]).toEqual([404, expect.stringContaining('nobody')])
  })

  test('calls a method of a device', async () => {
    const device = await answering('kiosk-2', '{"ok":true}')
    const body = { connectTimeoutInSeconds: 20, methodName: 'reboot', payload: {}, responseTimeoutInSeconds: 20 }
    const answer = await explorer({ method: 'POST', path: 'twins/kiosk-2/methods', body })
    expect(answer.body).toEqual({ status: 200, payload: { ok: true } })
    expect(device.messages.map(({ topic }) => topic)).toEqual([expect.stringMatching(/POST\/reboot\//)])
  })

  test('adds, lists, reads and deletes a module, and its twin', async () => {
    const at = 'devices/other/modules/m1'
    const identity = { authentication: null, deviceId: 'other', moduleId: 'm1' }
    expect((await explorer({ method: 'PUT', path: at, body: identity })).status).toBe(201)
    const query = "SELECT * FROM devices.modules WHERE deviceId in ['other']"
    const { rows: listed } = await explorer({ method: 'POST', path: 'devices/query', body: { query } })
    expect(listed.map(({ moduleId }) => moduleId)).toEqual(['m1'])
    expect((await explorer({ method: 'GET', path: at })).body['moduleId']).toBe('m1')
    const { body: twin } = await explorer({ method: 'GET', path: 'twins/other/modules/m1' })
    const change = { ...twin, properties: { desired: { a: 1 } } }
    expect((await explorer({ method: 'PATCH', path: 'twins/other/modules/m1', body: change })).status).toBe(200)
    expect((await explorer({ method: 'DELETE', path: at, headers: { 'If-Match': '*' } })).status).toBe(204)
  })

  test('sends a message with properties whose body is not JSON', async () => {
    const device = await connect(hub, { deviceId: 'kiosk-1', mqtt: { clean: false } })
    await device.client.subscribeAsync('devices/kiosk-1/messages/devicebound/#', { qos: 1 })
    const answer = await explorer({
      method: 'POST',
      path: 'devices/kiosk-1/messages/deviceBound',
      rawBody: 'turn {left',
      headers: { 'iothub-app-Room': 'hall & bar', 'Content-Encoding': 'utf-8' },
    })
    expect(answer.status).toBe(204)
    const { topic, body } = await device.next()
    expect([body, topic]).toEqual(['turn {left', expect.stringMatching(/&Room=hall%20%26%20bar$/)])
  })

  test('reads a digital twin, and updates it with a JSON Patch', async () => {
    const path = '/digitalTwins/kiosk-1'
    const body = [{ op: 'add', path: '/target', value: 22 }]
    expect((await explorer({ method: 'PATCH', path, body })).status).toBe(202)
    expect((await explorer({ method: 'GET', path })).body).toMatchObject({
      $dtId: 'kiosk-1',
      $metadata: { target: { desiredValue: 22 } },
    })
  })

  test('invokes the command of a component', async () => {
    const device = await answering('kiosk-2', '"done"', 202)
    const answer = await explorer({
      method: 'POST',
      path: '/digitalTwins/kiosk-2/components/thermostat1/commands/getReport',
      queryString: 'connectTimeoutInSeconds=20&responseTimeoutInSeconds=20',
      body: '2030-01-01T00:00:00Z',
    })
    expect([answer.headers['x-ms-command-statuscode'], answer.body]).toEqual(['202', 'done'])
    expect(device.messages.map(({ topic }) => decodeURIComponent(topic))).toEqual([
      expect.stringContaining('/thermostat1*getReport/'),
    ])
  })
})

function devicesQuery(condition: string, headers?: Record<string, string>): ExplorerRequest {
  const columns = [
    'deviceId as DeviceId',
    'status as Status',
    'lastActivityTime as LastActivityTime',
    'authenticationType as AuthenticationType',
    'cloudToDeviceMessageCount as CloudToDeviceMessageCount',
    'statusUpdatedTime as StatusUpdatedTime',
    'connectionState as ConnectionState',
    'capabilities.iotEdge as IotEdge',
    'modelId as ModelId',
  ]
  const query = `\n    SELECT ${columns.join(',\n    ')}\n    FROM devices ${condition}`
  return {
    method: 'POST',
    path: 'devices/query',
    body: { query },
    headers: { 'x-ms-max-item-count': '100', ...headers },
  }
}

async function send(scheme: 'http' | 'https', request: ExplorerRequest): Promise<ExplorerAnswer> {
  const { method, path, queryString, body, rawBody, headers } = request
  const query = queryString === undefined ? '' : `${queryString}&`
  const authorization = token('localhost', keyOf(hub.connectionStrings.service()), { policyName: 'iothubowner' })
  const url = `${hub.endpoints[scheme]}/${encodeURIComponent(path)}?${query}api-version=${API_VERSION}`
  const options = {
    method,
    ca: hub.certificateAuthority,
    headers: {
      Accept: 'application/json',
      Authorization: authorization,
      'Content-Type': 'application/json',
      ...headers,
    },
  }
  const sending = (scheme === 'https' ? requestSecure : requestPlain)(url, options)
  later(() => sending.destroy())
  sending.end(rawBody ?? (body === undefined ? undefined : JSON.stringify(body)))
  const [response] = (await within('the answer', once(sending, 'response'))) as [IncomingMessage]
  const text = (await within('the body', response.toArray())).join('')
  const { statusCode: status = 0 } = response
  const parsed: unknown = status === 204 || status === 202 ? {} : JSON.parse(text)
  const rows = Array.isArray(parsed) ? (parsed as JsonObject[]) : []
  return { status, headers: response.headers, body: parsed as JsonObject, rows }
}

/** Connects a device that answers every method. */
async function answering(deviceId: string, payload: string, status = 200): Promise<Device> {
  const device = await connect(hub, { deviceId })
  await device.client.subscribeAsync('$iothub/methods/POST/#')
  device.client.on('message', (topic) => {
    const rid = /\$rid=(.*)$/.exec(topic)?.[1] ?? ''
    device.client.publish(`$iothub/methods/res/${status}/?$rid=${rid}`, payload)
  })
  return device
}
