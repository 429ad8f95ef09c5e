import { describe, expect, test } from 'vitest'
import type { Hub } from '../../../emulator/src/index.ts'
import { hear } from '../../support/hub-events.ts'
import { connect, connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { within } from '../../support/waits.ts'

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

  test('shows a device with its modules and without keys', async () => {
    const hub = await start()
    await hub.createModule('device1', 'camera')
    const device = await ask(hub, 'GET', '/device1')
    expect(device.body).toMatchObject({
      modules: ['camera'],
      twin: { deviceId: 'device1', properties: { desired: { $metadata: {}, $version: 1 } } },
    })
    const module = await ask(hub, 'GET', '/device1/modules/camera')
    expect(module.body).toMatchObject({ modules: [], twin: { moduleId: 'camera' } })
    expect(JSON.stringify([device.body, module.body])).not.toMatch(/key/i)
    expect((await ask(hub, 'GET', '/nobody')).status).toBe(404)
  })

  test.each(['.', '..'])(
    'refuses to register the device %s, because a call for it reaches another resource',
    async (deviceId) => {
      const hub = await start({ devices: ['connection'] })
      expect((await ask(hub, 'POST', '', { deviceId })).status).toBe(400)
      expect(hub.twin('connection')).toBeDefined()
      await expect(hub.createModule('device1', deviceId)).rejects.toMatchObject({ code: 'ArgumentInvalid' })
    },
  )

  test('patches a twin if the etag is current, and notifies the device', async () => {
    const hub = await start()
    const device = await connectSubscribed(hub)
    const { etag } = (await ask(hub, 'GET', '/device1')).body['twin'] as { etag: string }
    const patch = { properties: { desired: { level: 3 } } }
    const taken = await ask(hub, 'PATCH', '/device1/twin', patch, { 'if-match': `"${etag}"` })
    expect(taken).toMatchObject({ status: 200, body: { properties: { desired: { level: 3, $version: 2 } } } })
    expect(JSON.parse((await device.next()).body)).toEqual({ level: 3, $version: 2 })
    const late = await ask(hub, 'PATCH', '/device1/twin', patch, { 'if-match': `"${etag}"` })
    expect(late).toMatchObject({ status: 412, body: { message: expect.stringContaining('etag') } })
    expect((await ask(hub, 'PATCH', '/device1/twin', { properties: { desired: { a: [null] } } })).status).toBe(400)
  })

  test('creates, disables, enables, and deletes a device, with an event for each', async () => {
    const hub = await start()
    const heard = hear(hub)
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

  test('disconnects a device, which can reconnect', async () => {
    const hub = await start()
    const device = await connect(hub)
    expect((await ask(hub, 'DELETE', '/device1/connection')).status).toBe(204)
    await device.closed()
    await connect(hub)
    expect((await ask(hub, 'DELETE', '/nobody/connection')).status).toBe(404)
  })

  test('calls methods and sends messages', async () => {
    const hub = await start()
    expect(await ask(hub, 'POST', '/device1/methods', { methodName: 'reboot' })).toMatchObject({ status: 404 })
    const device = await connect(hub)
    await device.client.subscribeAsync(['$iothub/methods/POST/#', 'devices/device1/messages/devicebound/#'])
    const call = ask(hub, 'POST', '/device1/methods', { methodName: 'reboot', payload: { inSeconds: 5 } })
    const { topic, body } = await device.next()
    expect(JSON.parse(body)).toEqual({ inSeconds: 5 })
    await device.client.publishAsync(topic.replace(/POST\/reboot/, 'res/200'), '{"ok":true}')
    expect(await within('the answer', call)).toEqual({ status: 200, body: { status: 200, payload: { ok: true } } })
    const sent = await ask(hub, 'POST', '/device1/messages', { body: 'hello', properties: { room: '1' } })
    expect(sent).toMatchObject({ status: 201, body: { sequenceNumber: 1 } })
    expect(await device.next()).toMatchObject({ body: 'hello', topic: expect.stringContaining('room=1') })
  })

  test('returns a connection string for a POST', async () => {
    const hub = await start()
    await hub.createModule('device1', 'camera')
    const plain = await ask(hub, 'POST', '/device1/connection-string', { plain: true })
    expect(plain.body).toEqual({ connectionString: hub.connectionStrings.device('device1', { plain: true }) })
    const module = await ask(hub, 'POST', '/device1/modules/camera/connection-string', {})
    expect(module.body['connectionString']).toContain(`localhost:${hub.securePort};DeviceId=device1;ModuleId=camera;`)
    expect((await ask(hub, 'GET', '/device1/connection-string')).status).toBe(404)
  })

  test('gives the reason why a device without a key has no connection string', async () => {
    const hub = await start()
    const authentication = { type: 'selfSigned', x509Thumbprint: { primaryThumbprint: 'A'.repeat(40) } }
    await hub.createDevice('certified', { authentication })
    await hub.createModule('device1', 'certified', { authentication })
    expect(await ask(hub, 'POST', '/certified/connection-string', {})).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('The device certified has no symmetric key') as string },
    })
    expect(() => hub.connectionStrings.device('device1', { moduleId: 'certified' })).toThrow(
      'The module device1/certified has no symmetric key for a connection string: its authentication is selfSigned',
    )
    expect(() => hub.connectionStrings.device('missing')).toThrow('The device missing is not registered')
  })
})
