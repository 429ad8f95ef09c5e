import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { describe, expect } from 'vitest'
import { hear } from '../../support/hub-events.ts'
import { later } from '../../support/cleanup.ts'
import { connect, connectSubscribed, refusalCode } from '../../support/device.ts'
import { connectionsOf, start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { within } from '../../support/waits.ts'

const test = hubTest()

describe('MQTT straight over TLS', () => {
  test('carries the twin, methods, and telemetry as the WebSocket does', async ({ hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    const device = await connectSubscribed(hub, { deviceId, straight: true })
    expect(connectionsOf(hub, deviceId)).toMatchObject([{ deviceId, secure: true }])
    expect((await device.get()).topic).toContain('res/200')
    const body = 'x'.repeat(200_000)
    await device.client.publishAsync(`devices/${deviceId}/messages/events/`, body, { qos: 1 })
    expect(Buffer.from((await heard.next('telemetry')).body).toString()).toBe(body)
    await device.client.subscribeAsync('$iothub/methods/POST/#')
    const asked = hub.invokeMethod(deviceId, { methodName: 'x', payload: 'y'.repeat(100_000) })
    const { topic, body: payload } = await device.next()
    await device.client.publishAsync(topic.replace('POST/x', 'res/200'), payload)
    expect((await asked).payload).toHaveLength(100_000)
  })

  test('refuses CONNECT by the same rules, with code 5', async ({ hub, deviceId }) => {
    expect(await refusalCode(hub, { deviceId, mqtt: { password: 'no' } }, hub.endpoints.mqtts)).toBe(5)
  })

  test('takes over a WebSocket connection, and vice versa', async ({ hub, deviceId }) => {
    const first = await connect(hub, { deviceId })
    const second = await connect(hub, { deviceId, straight: true })
    await first.closed()
    await connect(hub, { deviceId })
    await second.closed()
    expect(connectionsOf(hub, deviceId)).toHaveLength(1)
  })

  test('supports the faults kick and silence', async ({ hub, deviceId, faults }) => {
    const device = await connectSubscribed(hub, { deviceId, straight: true })
    faults.inject({ fault: 'kick' })
    await device.closed()
    const silent = await connectSubscribed(hub, { deviceId, straight: true })
    const undo = faults.set({ fault: 'silence' })
    await silent.client.publishAsync('$iothub/twin/GET/?$rid=1', '')
    undo()
    await silent.closed()
    expect(silent.messages).toEqual([])
  })

  test('closes sockets that do not speak MQTT or TLS', async ({ hub }) => {
    const socket = connectTls({
      port: hub.mqttPort,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: hub.certificateAuthority,
    })
    later(() => socket.destroy())
    await within('TLS', once(socket, 'secureConnect'))
    socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]))
    await within('the end', once(socket, 'close'))
    const plain = connectSocket(hub.mqttPort, '127.0.0.1')
    later(() => plain.destroy())
    plain.on('error', () => undefined).resume()
    plain.write('GET / HTTP/1.1\r\n\r\n')
    await within('the end', once(plain, 'close'))
  })

  test('lets the hub close in any state of a socket', async () => {
    const hub = await start()
    const raw = connectSocket(hub.mqttPort, '127.0.0.1')
    later(() => raw.destroy())
    raw.on('error', () => undefined)
    await within('TCP', once(raw, 'connect'))
    const device = await connect(hub, { straight: true })
    await within('the hub', hub.close())
    await device.closed()
  })
})
