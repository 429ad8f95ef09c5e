import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Device, openDevice } from './device.ts'
import { type House, openHouse } from './house.ts'
import { openProxy, type Proxy } from './proxy.ts'
import { socketsTo } from './sockets.ts'
import { type TransportName, transports } from './transport.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

async function open(transport: TransportName): Promise<{ device: Device; proxy: Proxy }> {
  const deviceId = `sockets-${randomUUID()}`
  await house.hub.createDevice(deviceId)
  const proxy = await openProxy(house.hub.plainPort)
  onTestFinished(() => proxy.close())
  const device = openDevice(house.hub, {
    deviceId,
    port: proxy.port,
    tokenLifeInMs: 3_600_000,
    seed: 1,
    transport: transports[transport],
  })
  onTestFinished(() => device.twin.close())
  await device.twin.ready()
  expect(socketsTo(proxy.port)).toBe(1)
  return { device, proxy }
}

async function closeTwin({ twin }: Device): Promise<void> {
  await twin.close()
  // A destroyed socket leaves Node's list in the next turn of the event loop.
  await delay(20)
}

describe.each(['light', 'mqtt.js'] as const)('%s: close() leaves no socket', (transport) => {
  test('if the network loses the DISCONNECT', async () => {
    const { device, proxy } = await open(transport)
    proxy.weather = { type: 'loss', way: 'both' }
    await closeTwin(device)
    expect(socketsTo(proxy.port)).toBe(0)
  })

  test('if the hub is gone without a FIN', async () => {
    const { device, proxy } = await open(transport)
    proxy.cut('hub')
    await closeTwin(device)
    expect(socketsTo(proxy.port)).toBe(0)
  })

  test('if the hub sends but does not receive', async () => {
    const { device, proxy } = await open(transport)
    proxy.weather = { type: 'loss', way: 'up' }
    await closeTwin(device)
    expect(socketsTo(proxy.port)).toBe(0)
  })
})
