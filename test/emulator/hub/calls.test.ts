import { describe, expect } from 'vitest'
import { startHub } from '../../../emulator/src/index.ts'
import { connectSubscribed } from '../../support/device.ts'
import { hubTest } from '../../support/hub-test.ts'

const test = hubTest()

describe('hub.updateTwin()', () => {
  test.for([
    [{ desired: { a: 1 } }, 'desired'],
    [{ tags: { a: 1 }, tag: {} }, 'tag'],
    [{ properties: { desird: { a: 1 } } }, 'properties.desird'],
  ] as const)('rejects %j, and changes nothing', async ([patch, field], { hub, deviceId }) => {
    const before = hub.twin(deviceId)
    await expect(hub.updateTwin(deviceId, patch)).rejects.toMatchObject({
      code: 'ArgumentInvalid',
      message: `A twin has no field ${field}; expected { tags, properties: { desired } }`,
    })
    expect(hub.twin(deviceId)).toEqual(before)
  })

  test('accepts the whole twin of a device and of a module', async ({ hub }) => {
    await hub.createDevice('edge', { capabilities: { iotEdge: true } })
    await hub.createDevice('leaf', { parentScopes: [hub.twin('edge')['deviceScope'] ?? ''], statusReason: 'new' })
    await hub.createModule('leaf', 'm')
    await connectSubscribed(hub, { deviceId: 'leaf' })
    for (const deviceId of ['edge', 'leaf']) {
      expect(await hub.updateTwin(deviceId, hub.twin(deviceId))).toMatchObject({ deviceId, version: 3 })
    }
    expect(await hub.updateTwin('leaf', hub.twin('leaf', 'm'), { moduleId: 'm' })).toMatchObject({ moduleId: 'm' })
  })
})

test('the calls of a hub reject after close(), and twin() still reads', async () => {
  const hub = await startHub()
  await hub.createModule('device1', 'm')
  const before = hub.twin('device1')
  await hub.close()
  const calls = [
    hub.updateTwin('device1', { tags: { a: 1 } }),
    hub.createDevice('late'),
    hub.createModule('device1', 'late'),
    hub.invokeMethod('device1', { methodName: 'reboot' }),
    hub.sendToDevice('device1', { body: 'late' }),
    hub.sendToInput('device1', 'm', 'in', { body: 'late' }),
    hub.restore(hub.snapshot()),
  ]
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ reason: { code: 'ServiceUnavailable', message: 'The hub is closed' } })
  }
  expect(hub.twin('device1')).toEqual(before)
})
