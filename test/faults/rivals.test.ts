import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Device, openDevice, SHORT_WAITS } from './device.ts'
import { type House, openHouse } from './house.ts'
import { until } from '../support/waits.ts'

const LIMIT_IN_MS = 15_000

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

/** Counts the takeovers that a device reports. */
const timesReplaced = ({ seen }: Device): number =>
  seen.filter(
    (event) => event.type === 'status' && event.status.type === 'waiting' && event.status.error.code === 'ERR_REPLACED',
  ).length

test('openTwin() yields to a rival with its identity, and returns when the rival leaves', async () => {
  const deviceId = await newDevice()
  const rivals = [await open(deviceId, 1), await open(deviceId, 2)]
  const connects = (): number => rivals.reduce((sum, device) => sum + device.connects, 0)
  await until('a takeover', () => rivals.some((device) => timesReplaced(device) > 0), LIMIT_IN_MS)
  const before = connects()
  const whileInMs = 2000
  await delay(whileInMs)
  // Each turn takes at least one such wait. Then one client connects, and the other returns.
  const shortestWaitInMs = 2.5 * SHORT_WAITS.maxRetryDelayInMs
  expect(connects() - before).toBeLessThanOrEqual(2 * Math.ceil(whileInMs / shortestWaitInMs) + 2)
  // Not both clients slow down. A client that reaches its minimum uptime between two takeovers
  // resets its count.
  const [loser, winner] = rivals.sort((a, b) => timesReplaced(b) - timesReplaced(a)) as [Device, Device]
  await winner.twin.close()
  await until('the return of the loser', () => loser.isReady, LIMIT_IN_MS)
  const settled = loser.connects
  await delay(500)
  expect(loser.isReady).toBe(true)
  expect(loser.connects).toBe(settled)
})
