import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { Hub } from '../../../emulator/src/index.ts'
import { spawnCli } from '../../support/cli-process.ts'
import { hear } from '../../support/hub-events.ts'
import { type Device, connect } from '../../support/device.ts'
import { later } from '../../support/cleanup.ts'
import { type RemoteHub, connectionsOf, start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'

const test = hubTest()

const filterOf = (deviceId: string): string => `devices/${deviceId}/messages/devicebound/#`
const pathOf = (deviceId: string): string => `/hub/devices/${deviceId}/messages`
const KEPT = { clean: false } as const

async function connectForMessages(hub: RemoteHub, deviceId: string, clean = false): Promise<Device> {
  const device = await connect(hub, { deviceId, mqtt: { clean } })
  await device.client.subscribeAsync(filterOf(deviceId), { qos: 1 })
  return device
}

/** Receives messages, and collects each PUBACK instead of sending it. */
function withhold({ client }: Device): void {
  client.handleMessage = () => undefined
}

function count(hub: Hub, deviceId: string): unknown {
  return hub.twin(deviceId)['cloudToDeviceMessageCount']
}

describe('a cloud-to-device message', () => {
  test('reaches a subscribed device with its properties in the topic, and is complete after PUBACK', async ({
    hub,
    deviceId,
  }) => {
    const heard = hear(hub, deviceId)
    const device = await connectForMessages(hub, deviceId)
    const answer = await rest(hub, 'POST', pathOf(deviceId), {
      body: {
        body: 'hello',
        messageId: 'm 1',
        correlationId: 'c',
        properties: { 'a b': 'c&d', empty: '', bare: null },
      },
    })
    expect(answer).toMatchObject({ status: 201, body: { messageId: 'm 1', sequenceNumber: 1 } })
    const { topic, body } = await device.next()
    expect(body).toBe('hello')
    expect(topic.slice(0, filterOf(deviceId).length - 1)).toBe(filterOf(deviceId).slice(0, -1))
    expect(topic.slice(filterOf(deviceId).length - 1)).toBe(
      `%24.mid=m%201&%24.to=%2Fdevices%2F${deviceId}%2Fmessages%2FdeviceBound&%24.cid=c&a%20b=c%26d&empty=&bare`,
    )
    await expect.poll(() => count(hub, deviceId)).toBe(0)
    const states = heard.all.flatMap((event) => (event.type === 'cloud-message' ? [event.state] : []))
    expect(states).toEqual(['queued', 'delivered', 'completed'])
  })

  test('waits for its device; the twin and the identity count it', async ({ hub, deviceId }) => {
    for (const body of ['1', '2']) await hub.sendToDevice(deviceId, { body })
    expect(count(hub, deviceId)).toBe(2)
    expect((await rest(hub, 'GET', `/devices/${deviceId}`)).body['cloudToDeviceMessageCount']).toBe(2)
    const device = await connectForMessages(hub, deviceId)
    expect([(await device.next()).body, (await device.next()).body]).toEqual(['1', '2'])
    await expect.poll(() => count(hub, deviceId)).toBe(0)
  })

  test('is sent again with its packet identifier after each reconnect, until the device acknowledges it', async ({
    hub,
    deviceId,
    faults,
  }) => {
    const packets: { messageId?: number | undefined; dup: boolean }[] = []
    for (const isFirst of [true, false, true, false]) {
      const device = await connect(hub, { deviceId, mqtt: KEPT })
      const last = packets.length === 3
      if (!last) withhold(device)
      device.client.on('packetreceive', (packet) => {
        if (packet.cmd === 'publish') packets.push({ messageId: packet.messageId, dup: packet.dup })
      })
      const before = packets.length
      if (packets.length === 0) {
        await device.client.subscribeAsync(filterOf(deviceId), { qos: 1 })
        await hub.sendToDevice(deviceId, { body: 'x' })
      }
      await expect.poll(() => packets.length).toBe(before + 1)
      if (isFirst) faults.inject({ fault: 'kick' })
      else if (!last) await device.client.endAsync(true)
      if (!last) await expect.poll(() => connectionsOf(hub, deviceId)).toEqual([])
    }
    const [first] = packets
    expect(packets).toEqual([first, ...[1, 2, 3].map(() => ({ ...first, dup: true }))])
    expect(first).toMatchObject({ dup: false, messageId: expect.any(Number) })
    await expect.poll(() => count(hub, deviceId)).toBe(0)
  })

  test('reaches a clean session only if it is sent after the subscription, by the other rule', async () => {
    const hub = await start({ cleanSessionsGetQueue: false })
    const deviceId = 'device1'
    await hub.sendToDevice(deviceId, { body: 'before' })
    const clean = await connectForMessages(hub, deviceId, true)
    await hub.sendToDevice(deviceId, { body: 'after' })
    expect((await clean.next()).body).toBe('after')
    await expect.poll(() => count(hub, deviceId)).toBe(1)
    const device = await connectForMessages(hub, deviceId)
    expect((await device.next()).body).toBe('before')
  })

  test('for a QoS 0 subscription is complete when the hub writes it', async ({ hub, deviceId }) => {
    const device = await connect(hub, { deviceId })
    await device.client.subscribeAsync(filterOf(deviceId), { qos: 0 })
    await hub.sendToDevice(deviceId, { body: 'x' })
    expect((await device.next()).body).toBe('x')
    expect(count(hub, deviceId)).toBe(0)
  })

  test('is refused with 403004 if fifty wait, and a purge makes room', async ({ hub, deviceId }) => {
    const sent = await Promise.all(
      Array.from({ length: 51 }, () => rest(hub, 'POST', `/devices/${deviceId}/messages/devicebound`)),
    )
    expect(sent.filter(({ status }) => status === 204)).toHaveLength(50)
    expect(sent.find(({ status }) => status !== 204)).toMatchObject({ status: 403, body: { errorCode: 403004 } })
    expect(await rest(hub, 'DELETE', `/devices/${deviceId}/commands`)).toMatchObject({
      status: 200,
      body: { deviceId, totalMessagesPurged: 50 },
    })
    expect(count(hub, deviceId)).toBe(0)
    expect((await rest(hub, 'POST', `/devices/${deviceId}/messages/devicebound`)).status).toBe(204)
  })

  test('expires by the hub’s clock: after an hour, or at its own expiry', async () => {
    let now = Date.parse('2030-01-01T00:00:00Z')
    const hub = await start({ clock: () => now })
    const deviceId = 'device1'
    const heard = hear(hub)
    await hub.sendToDevice(deviceId, { body: 'soon', expiryTimeUtc: '2030-01-01T00:00:10Z' })
    await hub.sendToDevice(deviceId, { body: 'later' })
    now += 10_000
    expect(count(hub, deviceId)).toBe(1)
    now += 60 * 60 * 1000
    expect(count(hub, deviceId)).toBe(0)
    await hub.sendToDevice(deviceId, { body: 'new' })
    expect(heard.all).toMatchObject([
      { state: 'queued' },
      { state: 'queued' },
      { state: 'expired', sequenceNumber: 1 },
      { state: 'expired', sequenceNumber: 2 },
      { state: 'queued', sequenceNumber: 3 },
    ])
  })

  test('is dropped after ten deliveries, by the older rule', async () => {
    const hub = await start({ lostLocksCount: true })
    const deviceId = 'device1'
    const heard = hear(hub)
    await hub.sendToDevice(deviceId, { body: 'x' })
    for (let delivery = 0; delivery < 10; delivery++) {
      const device = await connect(hub, { mqtt: KEPT })
      withhold(device)
      if (delivery === 0) await device.client.subscribeAsync(filterOf(deviceId), { qos: 1 })
      for (let state = ''; state !== 'delivered';) state = (await heard.next('cloud-message')).state
      hub.faults.inject({ fault: 'kick' })
      await expect.poll(() => hub.connections()).toEqual([])
    }
    expect(count(hub, deviceId)).toBe(1)
    await connect(hub, { mqtt: KEPT })
    expect(await heard.next('cloud-message')).toMatchObject({ state: 'dead-lettered' })
    expect(count(hub, deviceId)).toBe(0)
  })

  test.for([
    [400, []],
    [400, { body: 1 }],
    [400, { bodyBase64: '!' }],
    [400, { properties: { a: 1 } }],
    [400, { properties: { '$.mid': 'x' } }],
    [400, { properties: { a: '\ud800' } }],
    [400, { messageId: '' }],
    [400, { ack: 'maybe' }],
    [400, { properties: { 'iothub-ack': 'full' } }],
    [400, { expiryTimeUtc: 'tomorrow' }],
    [413, { body: 'x'.repeat(64 * 1024) }],
    [413, { properties: { a: 'é'.repeat(15_000) } }],
  ])('is refused with %i: %j', async ([status, body], { hub, deviceId }) => {
    expect((await rest(hub, 'POST', pathOf(deviceId), { body })).status).toBe(status)
  })

  test('needs a registered device, and is deleted with it', async ({ hub, deviceId }) => {
    expect((await rest(hub, 'POST', '/hub/devices/nobody/messages', { body: {} })).status).toBe(404)
    await hub.sendToDevice(deviceId, { body: 'x' })
    await rest(hub, 'DELETE', `/devices/${deviceId}`)
    await hub.createDevice(deviceId)
    expect(count(hub, deviceId)).toBe(0)
  })

  test('survives a kill -9 after its acceptance', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hubtwin-messages-'))
    later(() => rm(folder, { recursive: true, force: true }))
    const deviceId = 'device1'
    const args = ['--data-folder', folder, '--device', deviceId]
    const first = await spawnCli(args)
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, n) => rest(first.hub, 'POST', pathOf(deviceId), { body: { body: String(n) } })),
    )
    expect(sent.every(({ status }) => status === 201)).toBe(true)
    first.process.kill('SIGKILL')
    await first.exit
    const second = await spawnCli(args)
    const device = await connectForMessages(second.hub, deviceId)
    const bodies: string[] = []
    while (bodies.length < sent.length) bodies.push((await device.next()).body)
    expect(bodies.sort()).toEqual(sent.map((_, n) => String(n)).sort())
  })
})
