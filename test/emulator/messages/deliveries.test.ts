import { generate } from 'mqtt-packet'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Hub, startHub } from '../../../emulator/src/index.ts'
import { later } from '../../support/cleanup.ts'
import { connectOptions } from '../../support/device.ts'
import { type MqttClient, connectMqtt } from '../../support/mqtt.ts'
import { within } from '../../support/waits.ts'

let hub: Hub
let older: Hub

beforeAll(async () => {
  hub = await startHub()
  older = await startHub({ lostLocksCount: true })
})
beforeEach(() => {
  for (const each of [hub, older]) {
    each.clock.reset()
    each.clock.stop()
  }
})
afterAll(() => Promise.all([hub.close(), older.close()]))

/** A message as it arrives. */
interface Delivery {
  readonly body: string
  readonly dup: boolean
  readonly packetId: number
}

interface Receiver {
  readonly client: MqttClient
  readonly sessionPresent: boolean
  readonly deliveries: readonly Delivery[]
  subscribe(): Promise<void>
  acknowledge(delivery: Delivery | undefined): void
  /** Resolves after the hub has answered a packet, so after everything that it sent before. */
  roundTrip(): Promise<void>
  /** Ends the connection without DISCONNECT. */
  cut(): Promise<void>
}

/** Connects a device that records messages, and acknowledges only on request. */
async function receive(at: Hub, deviceId: string, clean: boolean): Promise<Receiver> {
  const client = connectMqtt(at.endpoints.ws, { ...connectOptions(at, { deviceId }), clean })
  later(() => client.endAsync(true))
  const deliveries: Delivery[] = []
  client.on('message', (_topic, payload, { dup, messageId = 0 }) => {
    deliveries.push({ body: String(payload), dup, packetId: messageId })
  })
  // An error means: take the next packet, and send no PUBACK (docs/protocol/device.md §3.5).
  client.handleMessage = (_packet, done) => done(new Error('not acknowledged'))
  const connected = new Promise<boolean>((resolve) =>
    client.once('connect', ({ sessionPresent }) => resolve(sessionPresent)),
  )
  return {
    client,
    sessionPresent: await within('CONNACK', connected),
    deliveries,
    async subscribe() {
      await client.subscribeAsync(`devices/${deviceId}/messages/devicebound/#`, { qos: 1 })
    },
    acknowledge(delivery) {
      client.stream.write(generate({ cmd: 'puback', messageId: delivery?.packetId ?? 0 }))
    },
    async roundTrip() {
      await client.publishAsync(`devices/${deviceId}/messages/events/`, '', { qos: 1 })
    },
    async cut() {
      client.stream.destroy()
      await expect.poll(() => at.connections().some((each) => each.deviceId === deviceId)).toBe(false)
    },
  }
}

function waiting(at: Hub, deviceId: string): unknown {
  return at.twin(deviceId)['cloudToDeviceMessageCount']
}

const bodies = ({ deliveries }: Receiver): readonly string[] => deliveries.map(({ body }) => body)

describe('a delivery', () => {
  test('follows CONNACK in a persistent session, before any SUBSCRIBE', async () => {
    await hub.createDevice('kept')
    const first = await receive(hub, 'kept', false)
    await first.subscribe()
    await first.client.endAsync()
    await hub.sendToDevice('kept', { body: 'early' })
    const second = await receive(hub, 'kept', false)
    expect(second.sessionPresent).toBe(true)
    await expect.poll(() => second.deliveries).toMatchObject([{ body: 'early', dup: false }])
  })

  test('to a clean session includes what waits, after its SUBSCRIBE', async () => {
    await hub.createDevice('clean')
    await hub.sendToDevice('clean', { body: 'waited' })
    const device = await receive(hub, 'clean', true)
    await device.roundTrip()
    expect(device.deliveries).toEqual([])
    await device.subscribe()
    await expect.poll(() => device.deliveries).toMatchObject([{ body: 'waited', dup: false }])
  })

  test('stops at 16 messages without PUBACK, and goes on with each PUBACK, in order', async () => {
    await hub.createDevice('window')
    for (let n = 1; n <= 18; n++) await hub.sendToDevice('window', { body: String(n) })
    const device = await receive(hub, 'window', true)
    await device.subscribe()
    await device.roundTrip()
    expect(device.deliveries.length).toBe(16)
    device.acknowledge(device.deliveries[0])
    await expect.poll(() => device.deliveries.length).toBe(17)
    await device.roundTrip()
    expect(device.deliveries.length).toBe(17)
    device.acknowledge(device.deliveries[2])
    await expect.poll(() => device.deliveries.length).toBe(18)
    expect(bodies(device)).toEqual(Array.from({ length: 18 }, (_, n) => String(n + 1)))
    expect(waiting(hub, 'window')).toBe(16)
  })

  test('shares its window with methods, which go first', async () => {
    await hub.createDevice('shared')
    for (let n = 1; n <= 17; n++) await hub.sendToDevice('shared', { body: String(n) })
    const device = await receive(hub, 'shared', true)
    await device.client.subscribeAsync('$iothub/methods/POST/#', { qos: 1 })
    await device.subscribe()
    await expect.poll(() => device.deliveries.length).toBe(16)
    const call = hub.invokeMethod('shared', { methodName: 'reboot', payload: 'method', responseTimeoutInSeconds: 5 })
    call.catch(() => undefined)
    device.acknowledge(device.deliveries[0])
    await expect.poll(() => bodies(device).slice(16)).toEqual(['"method"'])
    device.acknowledge(device.deliveries[16])
    await expect.poll(() => bodies(device).slice(16)).toEqual(['"method"', '17'])
  })

  test('comes again with DUP when its lock of 60 seconds runs out, until it expires', async () => {
    await hub.createDevice('silent')
    const states: string[] = []
    later(hub.events.listen((event) => void (event.type === 'cloud-message' && states.push(event.state))))
    const device = await receive(hub, 'silent', true)
    await device.subscribe()
    const expiryTimeUtc = new Date(hub.clock.now() + 15 * 60_000).toISOString()
    await hub.sendToDevice('silent', { body: 'x', expiryTimeUtc })
    await expect.poll(() => device.deliveries.length).toBe(1)
    for (let times = 2; times <= 12; times++) {
      hub.clock.advance(59_999)
      await device.roundTrip()
      expect(device.deliveries.length).toBe(times - 1)
      hub.clock.advance(1)
      await expect.poll(() => device.deliveries.length).toBe(times)
    }
    const [first, ...again] = device.deliveries
    expect(first?.dup).toBe(false)
    expect(again.every(({ dup, packetId }) => dup && packetId === first?.packetId)).toBe(true)
    hub.clock.advance(4 * 60_000)
    expect(waiting(hub, 'silent')).toBe(0)
    expect(states.at(-1)).toBe('expired')
    await hub.sendToDevice('silent', { body: 'next' })
    await expect.poll(() => bodies(device).at(-1)).toBe('next')
    expect(device.deliveries).toHaveLength(13)
  })

  test('counts by the older rule, and the tenth is the last', async () => {
    await older.createDevice('silent')
    const device = await receive(older, 'silent', true)
    await device.subscribe()
    await older.sendToDevice('silent', { body: 'x', ack: 'negative', messageId: 'm' })
    for (let times = 1; times <= 10; times++) {
      await expect.poll(() => device.deliveries.length).toBe(times)
      expect(waiting(older, 'silent')).toBe(1)
      older.clock.advance(60_000)
    }
    expect(waiting(older, 'silent')).toBe(0)
  })

  test('is repeated at once in a persistent session, and after the lock in a new session', async () => {
    await hub.createDevice('lost')
    const first = await receive(hub, 'lost', false)
    await first.subscribe()
    await hub.sendToDevice('lost', { body: 'x' })
    await expect.poll(() => first.deliveries).toMatchObject([{ dup: false }])
    await first.cut()
    const resumed = await receive(hub, 'lost', false)
    await expect.poll(() => resumed.deliveries).toEqual([{ ...first.deliveries[0], dup: true }])
    await resumed.cut()
    const fresh = await receive(hub, 'lost', true)
    await fresh.subscribe()
    await hub.sendToDevice('lost', { body: 'y' })
    await expect.poll(() => bodies(fresh)).toEqual(['y'])
    hub.clock.advance(60_000)
    await expect.poll(() => fresh.deliveries.find(({ body }) => body === 'x')?.dup).toBe(false)
  })

  test('has no lock after a snapshot is restored, or longer than a minute when the clock is set back', async () => {
    await hub.createDevice('restored')
    await hub.sendToDevice('restored', { body: 'x' })
    const snapshot = hub.snapshot()
    const first = await receive(hub, 'restored', true)
    await first.subscribe()
    await expect.poll(() => bodies(first)).toEqual(['x'])
    await hub.restore(snapshot)
    const second = await receive(hub, 'restored', true)
    await second.subscribe()
    await expect.poll(() => bodies(second)).toEqual(['x'])
    hub.clock.advance(-120_000)
    await expect.poll(() => bodies(second)).toEqual(['x', 'x'])
  })

  test('is not completed by a PUBACK of another packet, or over another connection', async () => {
    await hub.createDevice('other')
    const device = await receive(hub, 'other', false)
    await device.subscribe()
    await hub.sendToDevice('other', { body: 'x' })
    await expect.poll(() => device.deliveries.length).toBe(1)
    const [delivery] = device.deliveries
    device.acknowledge({ body: '', dup: false, packetId: 99 })
    await device.cut()
    const next = await receive(hub, 'other', true)
    next.acknowledge(delivery)
    await next.roundTrip()
    expect(waiting(hub, 'other')).toBe(1)
  })
})
