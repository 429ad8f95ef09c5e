import { describe, expect, test, vi } from 'vitest'
import type { Hub } from '../../../emulator/src/index.ts'
import { type Device, connect, connectSubscribed, refusalCode } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { rest } from '../../support/rest.ts'
import { jobClientOf, registryOf } from '../../support/service-sdk.ts'
import { within } from '../../support/waits.ts'

describe('the options of a tier', () => {
  test.each([
    [{ tier: 'S4' }, /^tier must be F1, S1, S2, S3, not S4$/],
    [{ tier: 'S1', units: 0 }, /^units must be a whole number from 1 to 200, not 0$/],
    [{ tier: 'F1', units: 2 }, /^units must be a whole number from 1 to 1, not 2$/],
  ])('cannot be %j', async (options, message) => {
    await expect(start(options as object)).rejects.toThrow(message)
  })
})

describe('a hub of tier S1', () => {
  /** Its clock stands still, so its rates do not recover. */
  async function stopped(): Promise<Hub> {
    const hub = await start({ tier: 'S1' })
    hub.clock.stop()
    return hub
  }

  function statuses(device: Device): string[] {
    return device.messages.map(({ topic }) => topic.split('/')[3] ?? '')
  }

  function answers(device: Device, count: number): Promise<unknown> {
    return within(
      `${count} answers`,
      vi.waitUntil(() => device.messages.length >= count, 8000),
    )
  }

  test('accepts 50 twin updates at once, queues 100, answers 429, and recovers with time', async () => {
    const hub = await stopped()
    const device = await connectSubscribed(hub)
    for (let rid = 1; rid <= 151; rid++) {
      device.client.publish(`$iothub/twin/PATCH/properties/reported/?$rid=${rid}`, `{"a":${rid}}`)
    }
    await answers(device, 51)
    expect(statuses(device).filter((status) => status === '204')).toHaveLength(50)
    const refused = device.messages.find(({ topic }) => topic.includes('/429/'))
    expect(refused?.topic).toBe('$iothub/twin/res/429/?$rid=151')
    expect(JSON.parse(refused?.body ?? '')).toMatchObject({
      errorCode: 429001,
      message: 'More than 50 twin updates in 1 s',
    })
    hub.clock.advance(20)
    await answers(device, 52)
    hub.clock.advance(2000)
    await answers(device, 151)
    expect(statuses(device).filter((status) => status === '204')).toHaveLength(150)
    expect(hub.twin('device1')['version']).toBe(152)
  })

  test('counts devices and back ends together, and has azure-iothub throw a ThrottlingError', async () => {
    const hub = await stopped()
    const device = await connectSubscribed(hub)
    for (let rid = 1; rid <= 99; rid++) device.client.publish(`$iothub/twin/GET/?$rid=${rid}`, '')
    await answers(device, 99)
    const registry = registryOf(hub)
    await registry.getTwin('device1')
    // These requests fill the queue.
    for (let rid = 101; rid <= 300; rid++) device.client.publish(`$iothub/twin/GET/?$rid=${rid}`, '')
    device.client.publish('$iothub/twin/GET/?$rid=last', '')
    await answers(device, 100)
    await expect(registry.getTwin('device1')).rejects.toMatchObject({ name: 'ThrottlingError' })
    hub.clock.advance(2000)
    await answers(device, 300)
  })

  test('throttles the registry and queries by the minute', async () => {
    const hub = await stopped()
    const registry = registryOf(hub)
    for (let time = 0; time < 20; time++) expect((await ask(hub)).status).toBe(200)
    // The next request would have to wait for three seconds.
    expect((await ask(hub)).status).toBe(429)
    hub.clock.advance(3000)
    expect((await ask(hub)).status).toBe(200)
    for (let time = 0; time < 100; time++) await registry.get('device1')
    // Three wait in the queue for 600, 1200, and 1800 ms. The fourth is refused.
    const outcomes = Array.from({ length: 4 }, () => rest(hub, 'GET', '/devices/device1'))
    expect((await within('an answer', Promise.race(outcomes))).status).toBe(429)
    hub.clock.advance(2000)
    const codes = (await Promise.all(outcomes)).map(({ status }) => status)
    expect(codes.filter((code) => code === 200)).toHaveLength(3)
  })

  test('ends the connection of a device that sends too much, because MQTT has no error response', async () => {
    const hub = await stopped()
    const device = await connect(hub)
    const types: string[] = []
    hub.events.listen(({ type }) => types.push(type))
    for (let at = 0; at < 100; at++)
      await device.client.publishAsync('devices/device1/messages/events/', 'x', { qos: 1 })
    for (let at = 0; at < 201; at++) device.client.publish('devices/device1/messages/events/', 'x')
    await device.closed()
    expect(types.filter((type) => type === 'telemetry').length).toBeGreaterThanOrEqual(100)
  })

  test('ends the connection of a device whose waiting message is too large', async () => {
    const hub = await stopped()
    const device = await connect(hub)
    const topic = 'devices/device1/messages/events/'
    for (let at = 0; at < 100; at++) await device.client.publishAsync(topic, 'x', { qos: 1 })
    device.client.publish(topic, Buffer.alloc(256 * 1024 + 1))
    await device.client.publishAsync('$iothub/methods/res/200/?$rid=1', '', { qos: 1 })
    expect(hub.connections()).toHaveLength(1)
    hub.clock.advance(2000)
    await device.closed()
  })

  test('refuses a CONNECT above the limit with code 5, as any other refusal', async () => {
    const hub = await start({ tier: 'S1' })
    hub.clock.stop()
    const connected: Promise<unknown>[] = []
    // A device that takes over its own connection repeatedly connects again each time.
    for (let time = 0; time < 100; time++) expect(await refusalCode(hub, {})).toBe('accepted')
    for (let time = 0; time < 200; time++)
      connected.push(refusalCode(hub, { mqtt: { connectTimeout: 60_000 } }).catch(() => undefined))
    await vi.waitUntil(async () => (await refusalCode(hub, {}).catch(() => 0)) === 5, { timeout: 30_000 })
    hub.clock.advance(2000)
    await Promise.all(connected)
  }, 60_000)

  test('processes ten devices of a job per second', async () => {
    const devices = Array.from({ length: 12 }, (_, at) => `d${at}`)
    const hub = await start({ tier: 'S1', devices })
    hub.clock.stop()
    const client = jobClientOf(hub)
    await client.scheduleTwinUpdate(
      'j',
      'is_defined(deviceId)',
      { etag: '*', tags: { x: 1 } },
      new Date(hub.clock.now()),
    )
    const done = (): number => devices.filter((id) => JSON.stringify(hub.twin(id)).includes('"x":1')).length
    await vi.waitUntil(() => done() >= 9, 8000)
    hub.clock.advance(1000)
    await vi.waitUntil(() => done() === 12, 8000)
  })

  test('does not throttle calls of the library', async () => {
    const hub = await stopped()
    for (let a = 0; a < 200; a++) await hub.updateTwin('device1', { properties: { desired: { a } } })
    expect(hub.twin('device1')['version']).toBe(202)
  })

  function ask(hub: Hub): ReturnType<typeof rest> {
    return rest(hub, 'POST', '/devices/query', { body: { query: 'SELECT * FROM devices' } })
  }
})
