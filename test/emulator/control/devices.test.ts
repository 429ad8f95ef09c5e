import { describe, expect } from 'vitest'
import type { Hub } from '../../../emulator/src/index.ts'
import { hear } from '../../support/hub-events.ts'
import { connect, connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { within } from '../../support/waits.ts'

const test = hubTest()

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

async function ask(hub: Hub, method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
  const answer = await fetch(`${hub.endpoints.http}/hub/devices${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(8000),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) }
}

describe('/hub/devices', () => {
  test('lists a summary of every device, with the event ID of the list', async () => {
    const hub = await start({ devices: ['b', 'a'] })
    await hub.updateTwin('b', { properties: { desired: { on: true } } })
    await connect(hub, { deviceId: 'a' })
    const { body } = await ask(hub, 'GET', '')
    expect(body).toMatchObject({
      hub: { hostName: 'localhost', endpoints: hub.endpoints },
      lastEventId: expect.stringMatching(/^[0-9a-f]{8}-5$/),
      devices: [
        { deviceId: 'a', connected: true, status: 'enabled', desiredVersion: 1, reportedVersion: 1 },
        { deviceId: 'b', connected: false, desiredVersion: 2 },
        { deviceId: 'device1', lastActivityTime: '0001-01-01T00:00:00Z' },
      ],
    })
  })

  test('shows a device with its modules and without keys', async ({ hub, deviceId }) => {
    await hub.createModule(deviceId, 'camera')
    const device = await ask(hub, 'GET', `/${deviceId}`)
    expect(device.body).toMatchObject({
      modules: ['camera'],
      twin: { deviceId, properties: { desired: { $metadata: {}, $version: 1 } } },
    })
    const module = await ask(hub, 'GET', `/${deviceId}/modules/camera`)
    expect(module.body).toMatchObject({ modules: [], twin: { moduleId: 'camera' } })
    expect(JSON.stringify([device.body, module.body])).not.toMatch(/key/i)
    expect((await ask(hub, 'GET', '/nobody')).status).toBe(404)
  })

  test.for(['.', '..'])(
    'refuses to register the device %s, because a call for it reaches another resource',
    async (wrongId, { hub, deviceId }) => {
      expect((await ask(hub, 'POST', '', { deviceId: wrongId })).status).toBe(400)
      await expect(hub.createModule(deviceId, wrongId)).rejects.toMatchObject({ code: 'ArgumentInvalid' })
    },
  )

  test('patches a twin if the etag is current, and notifies the device', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    const { etag } = (await ask(hub, 'GET', `/${deviceId}`)).body['twin'] as { etag: string }
    const patch = { properties: { desired: { level: 3 } } }
    const taken = await ask(hub, 'PATCH', `/${deviceId}/twin`, patch, { 'if-match': `"${etag}"` })
    expect(taken).toMatchObject({ status: 200, body: { properties: { desired: { level: 3, $version: 2 } } } })
    expect(JSON.parse((await device.next()).body)).toEqual({ level: 3, $version: 2 })
    const late = await ask(hub, 'PATCH', `/${deviceId}/twin`, patch, { 'if-match': `"${etag}"` })
    expect(late).toMatchObject({ status: 412, body: { message: expect.stringContaining('etag') } })
    expect((await ask(hub, 'PATCH', `/${deviceId}/twin`, { properties: { desired: { a: [null] } } })).status).toBe(400)
    expect(await ask(hub, 'PATCH', `/${deviceId}/twin`, { desired: { level: 4 } })).toEqual({
      status: 400,
      body: { message: 'A twin has no field desired; expected { tags, properties: { desired } }' },
    })
  })

  test('creates, disables, enables, and deletes a device, with an event for each', async ({ hub }) => {
    const heard = hear(hub, 'new')
    expect(await ask(hub, 'POST', '', { deviceId: 'new' })).toEqual({ status: 201, body: { deviceId: 'new' } })
    expect((await ask(hub, 'POST', '', { deviceId: 'new' })).status).toBe(409)
    expect((await ask(hub, 'POST', '', {})).status).toBe(400)
    const device = await connect(hub, { deviceId: 'new' })
    expect((await ask(hub, 'PUT', '/new/status', { status: 'disabled' })).status).toBe(204)
    await device.closed()
    expect((await ask(hub, 'PUT', '/new/status', { status: 'enabled' })).status).toBe(204)
    expect((await ask(hub, 'PUT', '/new/status', {})).status).toBe(400)
    expect((await ask(hub, 'DELETE', '/new')).status).toBe(204)
    await heard.next('identity-deleted')
    expect(heard.all).toMatchObject([
      { deviceId: 'new', type: 'identity-created', status: 'enabled' },
      { type: 'connected' },
      { type: 'identity-changed', status: 'disabled' },
      { type: 'disconnected' },
      { type: 'identity-changed', status: 'enabled' },
      { type: 'identity-deleted' },
    ])
  })

  test('disconnects a device, which can reconnect', async ({ hub, deviceId }) => {
    const device = await connect(hub, { deviceId })
    expect((await ask(hub, 'DELETE', `/${deviceId}/connection`)).status).toBe(204)
    await device.closed()
    await connect(hub, { deviceId })
    expect((await ask(hub, 'DELETE', '/nobody/connection')).status).toBe(404)
  })

  test('calls methods and sends messages', async ({ hub, deviceId }) => {
    expect(await ask(hub, 'POST', `/${deviceId}/methods`, { methodName: 'reboot' })).toMatchObject({ status: 404 })
    const device = await connect(hub, { deviceId })
    await device.client.subscribeAsync(['$iothub/methods/POST/#', `devices/${deviceId}/messages/devicebound/#`])
    const call = ask(hub, 'POST', `/${deviceId}/methods`, { methodName: 'reboot', payload: { inSeconds: 5 } })
    const { topic, body } = await device.next()
    expect(JSON.parse(body)).toEqual({ inSeconds: 5 })
    await device.client.publishAsync(topic.replace(/POST\/reboot/, 'res/200'), '{"ok":true}')
    expect(await within('the answer', call)).toEqual({ status: 200, body: { status: 200, payload: { ok: true } } })
    const sent = await ask(hub, 'POST', `/${deviceId}/messages`, { body: 'hello', properties: { room: '1' } })
    expect(sent).toMatchObject({ status: 201, body: { sequenceNumber: 1 } })
    expect(await device.next()).toMatchObject({ body: 'hello', topic: expect.stringContaining('room=1') })
  })

  test('returns a connection string for a POST', async ({ hub, deviceId }) => {
    await hub.createModule(deviceId, 'camera')
    const plain = await ask(hub, 'POST', `/${deviceId}/connection-string`, { plain: true })
    expect(plain.body).toEqual({ connectionString: hub.connectionStrings.device(deviceId, { plain: true }) })
    const module = await ask(hub, 'POST', `/${deviceId}/modules/camera/connection-string`, {})
    expect(module.body['connectionString']).toContain(
      `localhost:${hub.securePort};DeviceId=${deviceId};ModuleId=camera;`,
    )
    expect((await ask(hub, 'GET', `/${deviceId}/connection-string`)).status).toBe(404)
  })

  test('gives the reason why a device without a key has no connection string', async ({ hub, deviceId }) => {
    const authentication = { type: 'selfSigned', x509Thumbprint: { primaryThumbprint: 'A'.repeat(40) } }
    await hub.createDevice('certified', { authentication })
    await hub.createModule(deviceId, 'certified', { authentication })
    expect(await ask(hub, 'POST', '/certified/connection-string', {})).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('The device certified has no symmetric key') as string },
    })
    expect(() => hub.connectionStrings.device(deviceId, { moduleId: 'certified' })).toThrow(
      `The module ${deviceId}/certified has no symmetric key for a connection string: its authentication is selfSigned`,
    )
    expect(() => hub.connectionStrings.device('missing')).toThrow('The device missing is not registered')
  })
})
