import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { TwinStatus } from '../../core/src/protocol/machine-states.ts'
import { type Device, openDevice } from './device.ts'
import { type House, openHouse } from './house.ts'
import { setTimeout as delay } from 'node:timers/promises'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

async function open(deviceId: string, seed: number, tokenLifeInMs = 3_600_000): Promise<Device> {
  const device = openDevice(house.hub, { deviceId, port: house.hub.plainPort, tokenLifeInMs, seed })
  onTestFinished(() => device.twin.close())
  return device
}

async function newDevice(): Promise<string> {
  const deviceId = `rival-${randomUUID()}`
  await house.hub.createDevice(deviceId)
  return deviceId
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`It did not come about that ${what}`)
    await delay(5)
  }
}

test('openTwin() sees a rival with its identity, and does not fight: both slow down until one goes', async () => {
  const deviceId = await newDevice()
  const rivals = [await open(deviceId, 1), await open(deviceId, 2)] as const
  const replaced = rivals.map(({ twin }) => {
    const seen: TwinStatus[] = []
    twin.onStatus((status) => {
      if (status.type === 'waiting' && status.error.code === 'ERR_REPLACED') seen.push(status)
    })
    return seen
  })
  await until('one of them is told', () => replaced.some((seen) => seen.length > 0))
  const before = rivals[0].connects + rivals[1].connects
  await delay(2000)
  const during = rivals[0].connects + rivals[1].connects - before
  // Without the slow wait each would connect again within 60 ms at the most, which is 66 times in this while.
  expect(during).toBeLessThan(40)
  await rivals[0].twin.close()
  await until('the other one is ready', () => rivals[1].twin.status.type === 'ready')
  await delay(500)
  expect(rivals[1].twin.status.type).toBe('ready')
})
