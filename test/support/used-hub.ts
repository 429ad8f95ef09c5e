import { vi } from 'vitest'
import type { Hub, JsonObject } from '../../emulator/src/index.ts'
import { connectSubscribed } from './device.ts'
import { start } from './hub.ts'
import { jobClientOf } from './service-sdk.ts'

/** Creates a hub with at least one of each stored object. */
export async function lived(): Promise<Hub> {
  const hub = await start({ devices: ['a', 'b'] })
  await hub.createModule('a', 'm')
  await hub.updateTwin(
    'a',
    JSON.parse('{"tags":{"t":1},"properties":{"desired":{"__proto__":{"d":[1,{"e":2}]},"f":{"g":1}}}}') as JsonObject,
  )
  await hub.updateTwin('a', { properties: { desired: { of: 'm' } } }, { moduleId: 'm' })
  const device = await connectSubscribed(hub, { deviceId: 'a', mqtt: { clean: false } })
  await device.report({ r: { s: 'x' } })
  await device.client.endAsync()
  await hub.sendToDevice('a', { body: 'one', properties: { room: '1' } })
  await hub.sendToDevice('a', { body: 'two' })
  const client = jobClientOf(hub)
  await client.scheduleTwinUpdate('done', "deviceId = 'b'", { etag: '*', tags: { j: 1 } }, new Date())
  await vi.waitUntil(() => JSON.stringify(hub.snapshot()['jobs']).includes('completed'), 5000)
  await client.scheduleTwinUpdate('waits', '*', { etag: '*', tags: { k: 1 } }, new Date(Date.now() + 3600_000))
  return hub
}

export function withoutTime({ takenAt: _takenAt, ...rest }: JsonObject): JsonObject {
  return rest
}
