import { generate, parser, type Packet } from 'mqtt-packet'
import { describe, expect } from 'vitest'
import type { Hub } from '../../../emulator/src/index.ts'
import { hear } from '../../support/hub-events.ts'
import {
  type RawConnection,
  connectPacket,
  openTls,
  openWebSocket,
  publishPacket,
  subscribePacket,
} from '../../support/raw-socket.ts'
import { connect, telemetryTopic } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'

const test = hubTest()

// A client may send without waiting for CONNACK (MQTT 3.1.1 §3.1.4).

const get = publishPacket('$iothub/twin/GET/?$rid=early')
const subscribe = subscribePacket('$iothub/twin/res/#', '$iothub/twin/PATCH/properties/desired/#')
const disconnect = generate({ cmd: 'disconnect' })

const transports: readonly [string, (hub: Hub) => Promise<RawConnection>][] = [
  ['TLS', (hub) => openTls(hub, hub.mqttPort)],
  ['a WebSocket', openWebSocket],
]

const ways: readonly [string, (packets: readonly Buffer[]) => readonly Buffer[]][] = [
  ['in one write', (packets) => [Buffer.concat(packets)]],
  ['in a write for each packet', (packets) => packets],
  [
    'in two writes, the second right behind CONNECT',
    ([first, ...others]) => [first ?? Buffer.of(), Buffer.concat(others)],
  ],
  ['in a write for each byte', (packets) => [...Buffer.concat(packets)].map((byte) => Buffer.of(byte))],
]

function packetsIn(text: string): Packet[] {
  const packets: Packet[] = []
  const reader = parser()
  reader.on('packet', (packet) => packets.push(packet))
  reader.parse(Buffer.from(text, 'latin1'))
  return packets
}

function answersIn(text: string): string[] {
  return packetsIn(text).map((packet) => {
    if (packet.cmd === 'publish') return packet.topic
    return packet.cmd === 'connack' ? `connack ${packet.returnCode}` : packet.cmd
  })
}

describe.each(transports)('over %s, the hub', (_transport, open) => {
  test.for(ways)(
    'answers CONNECT first, and then each packet sent behind it %s',
    async ([_way, cut], { hub, deviceId }) => {
      const heard = hear(hub, deviceId)
      const device = await open(hub)
      const telemetry = [
        publishPacket(`${telemetryTopic(deviceId)}n=1`, 'first', 1),
        publishPacket(`${telemetryTopic(deviceId)}n=2`, 'second'),
      ]
      for (const piece of cut([connectPacket(hub, { deviceId }), subscribe, get, ...telemetry])) device.send(piece)
      await device.got('$iothub/twin/res/200/?$rid=early{')
      await device.got('\x40\x02\x00\x07')
      await device.got('\x90\x04\x00\x01\x00\x00')
      const [first, ...others] = answersIn(device.received())
      expect(first).toBe('connack 0')
      expect(others.sort()).toEqual(['$iothub/twin/res/200/?$rid=early', 'puback', 'suback'])
      expect((await heard.next('telemetry')).properties).toEqual({ n: '1' })
      expect((await heard.next('telemetry')).properties).toEqual({ n: '2' })
    },
  )

  test.for(ways)(
    'refuses a wrong CONNECT with code 5, and handles nothing sent behind it %s',
    async ([_way, cut], { hub, deviceId }) => {
      const heard = hear(hub, deviceId)
      const device = await open(hub)
      const connectWrongly = generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        clientId: deviceId,
        username: `localhost/${deviceId}/?api-version=2021-04-12`,
        password: Buffer.from('wrong'),
      })
      for (const piece of cut([connectWrongly, subscribe, get, publishPacket(telemetryTopic(deviceId), 'x', 1)]))
        device.send(piece)
      expect(answersIn(await device.closed())).toEqual(['connack 5'])
      expect(heard.all).toEqual([])
    },
  )

  test('handles the packets of a client that leaves at once', async ({ hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    const device = await open(hub)
    device.send(
      Buffer.concat([connectPacket(hub, { deviceId }), publishPacket(telemetryTopic(deviceId), 'bye', 1), disconnect]),
    )
    expect(answersIn(await device.closed())[0]).toBe('connack 0')
    expect(Buffer.from((await heard.next('telemetry')).body).toString()).toBe('bye')
  })

  test('closes the connection of a client that sends CONNECT twice', async ({ hub, deviceId }) => {
    const device = await open(hub)
    device.send(Buffer.concat([connectPacket(hub, { deviceId }), connectPacket(hub, { deviceId })]))
    expect(answersIn(await device.closed())).toEqual(['connack 0'])
  })

  test('holds packets while a CONNECT waits in the throttling queue', async () => {
    const hub = await start({ tier: 'S1' })
    hub.clock.stop()
    // The 100 connections per second are used up.
    for (let spent = 0; spent < 100; spent++) {
      const other = await openWebSocket(hub)
      other.send(connectPacket(hub))
      await other.got('\x20\x02\x00\x00')
    }
    const heard = hear(hub)
    const device = await open(hub)
    for (const packet of [connectPacket(hub), subscribe, get, publishPacket(telemetryTopic('device1'), 'held', 1)])
      device.send(packet)
    // The hub has served a later client, so it has processed this client too.
    const bystander = await open(hub)
    bystander.send(get)
    await bystander.closed()
    expect(device.received()).toBe('')
    expect(heard.all).toEqual([])
    hub.clock.advance(1000)
    await device.got('$iothub/twin/res/200/?$rid=early{')
    await device.got('\x40\x02\x00\x07')
    expect(answersIn(device.received())[0]).toBe('connack 0')
  })
})

describe('the fault of an early GET', () => {
  test('loses only the response to a GET before its SUBACK', async ({ hub, deviceId, faults }) => {
    faults.inject({ fault: 'lose', operation: 'early-get', device: deviceId, times: 1 })
    const device = await openTls(hub, hub.mqttPort)
    for (const packet of [connectPacket(hub, { deviceId }), subscribe, get]) device.send(packet)
    await device.got('\x90\x04\x00\x01\x00\x00')
    device.send(publishPacket('$iothub/twin/GET/?$rid=late'))
    await device.got('$iothub/twin/res/200/?$rid=late{')
    expect(answersIn(device.received())).toEqual(['connack 0', 'suback', '$iothub/twin/res/200/?$rid=late'])
    expect(faults.list()).toMatchObject([{ fault: 'lose', operation: 'early-get', times: 1, injected: 1 }])
  })

  test('does not affect or count a client that waits for SUBACK', async ({ hub, deviceId, faults }) => {
    faults.set({ fault: 'lose', operation: 'early-get' })
    const device = await connect(hub, { deviceId })
    await device.subscribe()
    expect((await device.get()).topic).toBe('$iothub/twin/res/200/?$rid=1')
    expect(faults.list()).toMatchObject([{ fault: 'lose', operation: 'early-get', injected: 0 }])
  })

  test('does not affect a session that still has its subscription', async ({ hub, deviceId, faults }) => {
    const first = await connect(hub, { deviceId, mqtt: { clean: false } })
    await first.subscribe()
    await first.client.endAsync()
    faults.set({ fault: 'lose', operation: 'early-get' })
    const second = await connect(hub, { deviceId, mqtt: { clean: false } })
    expect((await second.get()).topic).toBe('$iothub/twin/res/200/?$rid=1')
    expect(faults.list()).toMatchObject([{ injected: 0 }])
  })
})

describe('the fault of an early packet', () => {
  test.for(transports)(
    'closes a connection over %s without CONNACK when a packet comes before it',
    async ([_, open], { hub, deviceId, faults }) => {
      faults.inject({ fault: 'refuse', operation: 'early-packet', device: deviceId, times: 1 })
      const device = await open(hub)
      for (const packet of [connectPacket(hub, { deviceId }), subscribe, get]) device.send(packet)
      expect(await device.closed()).toBe('')
      expect(faults.list()).toMatchObject([{ fault: 'refuse', operation: 'early-packet', times: 1, injected: 1 }])
      const again = await open(hub)
      for (const packet of [connectPacket(hub, { deviceId }), subscribe, get]) again.send(packet)
      await again.got('$iothub/twin/res/200/?$rid=early{')
    },
  )

  test('does not affect or count a client that waits for CONNACK', async ({ hub, deviceId, faults }) => {
    faults.set({ fault: 'refuse', operation: 'early-packet' })
    const device = await connect(hub, { deviceId })
    await device.subscribe()
    expect((await device.get()).topic).toBe('$iothub/twin/res/200/?$rid=1')
    expect(faults.list()).toMatchObject([{ fault: 'refuse', operation: 'early-packet', injected: 0 }])
  })
})
