import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Hub, startHub } from '../../../emulator/src/index.ts'
import { type Device, connect } from '../../support/device.ts'
import { hear } from '../../support/hub-events.ts'
import { rest } from '../../support/rest.ts'

let hub: Hub

beforeAll(async () => {
  hub = await startHub()
  await hub.createModule('device1', 'target')
})
afterAll(() => hub.close())

async function module(moduleId: string, filter = 'inputs/#', qos: 0 | 1 = 1): Promise<Device> {
  await hub.createModule('device1', moduleId)
  const device = await connect(hub, { moduleId })
  await device.client.subscribeAsync(`devices/device1/modules/${moduleId}/${filter}`, { qos })
  return device
}

const inputs = (moduleId: string, input = 'temperature'): string =>
  `/hub/devices/device1/modules/${moduleId}/inputs/${input}`

describe('a message for an input', () => {
  test.each([
    ['inputs/#', 1],
    ['#', 0],
  ] as const)('reaches a module that subscribed to %s with QoS %i', async (filter, qos) => {
    const moduleId = `pump${qos}`
    const device = await module(moduleId, filter, qos)
    const heard = hear(hub)
    const answer = await rest(hub, 'POST', inputs(moduleId), {
      body: {
        body: '{"t":21}',
        messageId: 'm',
        contentType: 'application/json',
        fromModule: 'sensor',
        properties: { a: 'b c' },
      },
    })
    expect(answer).toMatchObject({ status: 201, body: { messageId: 'm' } })
    expect(await device.next()).toEqual({
      topic:
        `devices/device1/modules/${moduleId}/inputs/temperature/` +
        '%24.mid=m&%24.ct=application%2Fjson&%24.cdid=device1&%24.cmid=sensor&a=b%20c',
      body: '{"t":21}',
    })
    const sent = {
      moduleId,
      inputName: 'temperature',
      properties: { a: 'b c' },
      systemProperties: {
        'message-id': 'm',
        'content-type': 'application/json',
        'iothub-connection-device-id': 'device1',
        'iothub-connection-module-id': 'sensor',
      },
    }
    expect(await heard.next('input-message')).toMatchObject({ ...sent, state: 'delivered' })
    expect(await heard.next('input-message')).toMatchObject({ ...sent, state: 'completed' })
  })

  test('is refused with 404 if the module is not registered, not connected, or not subscribed', async () => {
    expect((await rest(hub, 'POST', inputs('nobody'), { body: {} })).status).toBe(404)
    await hub.createModule('device1', 'away')
    expect((await rest(hub, 'POST', inputs('away'), { body: {} })).status).toBe(404)
    await connect(hub, { moduleId: 'away' })
    const sent = hub.sendToInput('device1', 'away', 'temperature', { body: 'x' })
    await expect(sent).rejects.toMatchObject({ code: 'DeviceNotOnline' })
    const wrong = hub.sendToInput('device1', 'away', 'a/b', { body: 'x' })
    await expect(wrong).rejects.toMatchObject({ code: 'ArgumentInvalid' })
  })

  test.each([
    [400, {}, 'a%2B'],
    [400, { fromModule: 1 }, 'x'],
    [400, { properties: { $: '1' } }, 'x'],
    [413, { body: 'x'.repeat(256 * 1024) }, 'x'],
  ])('is refused with %i: %j for the input %s', async (status, body, input) => {
    expect((await rest(hub, 'POST', inputs('target', input), { body })).status).toBe(status)
  })
})
