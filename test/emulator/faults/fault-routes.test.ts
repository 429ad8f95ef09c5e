import { describe, expect } from 'vitest'
import type { FaultSpec, Hub } from '../../../emulator/src/index.ts'
import { connect, connectSubscribed, refusalCode } from '../../support/device.ts'
import { connectionsOf, start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { registryOf } from '../../support/service-sdk.ts'
import { within } from '../../support/waits.ts'

const test = hubTest()

async function control(hub: Hub, method: string, path: string, body?: unknown): Promise<[number, unknown]> {
  const answer = await fetch(`${hub.endpoints.http}${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(5000),
  })
  const text = await answer.text()
  return [answer.status, text === '' ? undefined : JSON.parse(text)]
}

describe('/hub/faults', () => {
  test('sets a fault, counts its injections, and clears it', async ({ hub, deviceId, faults }) => {
    const device = await connectSubscribed(hub, { deviceId })
    const spec: FaultSpec = { fault: 'throttle', operation: 'patch', device: deviceId }
    expect(await control(hub, 'POST', '/hub/faults', spec)).toEqual([
      201,
      { ...spec, id: expect.any(Number) as number, injected: 0 },
    ])
    const [{ id = 0 } = {}] = faults.list()
    const { topic, body } = await device.report({ a: 1 })
    expect(topic).toBe('$iothub/twin/res/429/?$rid=1')
    expect(JSON.parse(body)).toMatchObject({
      errorCode: 429001,
      message: 'The hub is throttling this client',
    })
    expect(await control(hub, 'GET', '/hub/faults')).toEqual([200, [{ ...spec, id, injected: 1 }]])
    expect(await control(hub, 'DELETE', `/hub/faults/${id}`)).toEqual([204, undefined])
    expect(await control(hub, 'DELETE', `/hub/faults/${id}`)).toEqual([404, { message: `There is no fault ${id}` }])
    expect((await device.report({ a: 1 })).topic).toBe('$iothub/twin/res/204/?$rid=1&$version=2')
  })

  test("shows the library's faults under the same names, and clears all", async ({ hub, deviceId, faults }) => {
    faults.set({ fault: 'lose', operation: 'get', device: deviceId, times: 2 })
    faults.answer({ status: 500, body: 'x' })
    expect(await control(hub, 'GET', '/hub/faults')).toEqual([
      200,
      [
        { fault: 'lose', operation: 'get', device: deviceId, times: 2, id: expect.any(Number) as number, injected: 0 },
        { fault: 'answer', status: 500, body: 'x', id: expect.any(Number) as number, injected: 0 },
      ],
    ])
    expect((await control(hub, 'DELETE', '/hub/faults'))[0]).toBe(204)
    expect(await control(hub, 'GET', '/hub/faults')).toEqual([200, []])
  })

  test('forgets the oldest finished faults, but no active fault', async () => {
    const hub = await start()
    hub.faults.inject({ fault: 'lose', operation: 'get' })
    for (let time = 0; time < 150; time++) {
      hub.faults.inject({ fault: 'refuse', operation: 'rest', times: 1 })
      await rest(hub, 'GET', '/twins/device1')
    }
    const listed = hub.faults.list()
    expect(listed[0]).toMatchObject({ fault: 'lose', id: 1 })
    expect(listed).toHaveLength(102)
    expect(listed.at(-1)).toMatchObject({ id: 151, injected: 1 })
  })

  test('refuses an invalid spec with the path, and sets nothing', async ({ hub, faults }) => {
    expect(await control(hub, 'POST', '/hub/faults', { fault: 'lose', times: 0 })).toEqual([
      400,
      { message: expect.stringMatching(/^times: /) as string },
    ])
    expect(faults.list()).toEqual([])
  })
})

describe('faults.inject()', () => {
  test('throttles azure-iothub above a rate, as a hub does', async () => {
    let now = Date.now()
    const hub = await start({ clock: () => now })
    hub.faults.inject({ fault: 'throttle', operation: 'rest', rate: 2 })
    const registry = registryOf(hub)
    await registry.getTwin('device1')
    await registry.getTwin('device1')
    await expect(registry.getTwin('device1')).rejects.toMatchObject({ name: 'ThrottlingError' })
    now += 500
    await registry.getTwin('device1')
    await expect(registry.getTwin('device1')).rejects.toMatchObject({ name: 'ThrottlingError' })
    expect(hub.faults.list()).toMatchObject([{ fault: 'throttle', rate: 2, injected: 2 }])
  })

  test('refuses CONNECT with code 5 by default', async ({ hub, deviceId, faults }) => {
    faults.inject({ fault: 'refuse', device: deviceId, times: 1 })
    expect(await refusalCode(hub, { deviceId })).toBe(5)
    expect(await refusalCode(hub, { deviceId })).toBe('accepted')
    faults.inject({ fault: 'refuse', operation: 'get', status: 503 })
    const device = await connectSubscribed(hub, { deviceId })
    expect((await device.get()).topic).toBe('$iothub/twin/res/503/?$rid=1')
  })

  test('delays a desired patch until the next has passed it', async ({ hub, deviceId, faults }) => {
    const device = await connectSubscribed(hub, { deviceId })
    faults.inject({ fault: 'delay', operation: 'notification', milliseconds: 1000, times: 1 })
    for (const a of [1, 2]) await hub.updateTwin(deviceId, { properties: { desired: { a } } })
    expect([(await device.next()).body, (await device.next()).body]).toEqual([
      '{"a":2,"$version":3}',
      '{"a":1,"$version":2}',
    ])
  })

  test('disconnects one or all devices, and returns the number', async () => {
    const hub = await start({ devices: ['other'] })
    const [device, other] = [await connect(hub), await connect(hub, { deviceId: 'other' })]
    expect(hub.faults.inject({ fault: 'kick', device: 'device1' })).toEqual({
      fault: 'kick',
      device: 'device1',
      injected: 1,
    })
    await device.closed()
    expect(other.client.connected).toBe(true)
    expect(hub.faults.inject({ fault: 'kick' }).injected).toBe(1)
    await other.closed()
    expect(hub.faults.list()).toEqual([])
  })

  test('lets a token expire: the connection ends after the grace, and only another token opens the next', async () => {
    const hub = await start({ expiryGraceInSeconds: 0 })
    const device = await connect(hub)
    const { options } = device.client
    const { username, password = '' } = options
    expect(hub.faults.inject({ fault: 'expire' }).injected).toBe(1)
    await device.closed()
    expect(await refusalCode(hub, { mqtt: { ...(username !== undefined && { username }), password } })).toBe(5)
    // A token of the same second is the same token.
    hub.faults.clear()
    expect(await refusalCode(hub, { mqtt: { password } })).toBe('accepted')
  })

  test('keeps a connection during the grace period', async ({ hub, deviceId, faults }) => {
    const device = await connectSubscribed(hub, { deviceId })
    faults.inject({ fault: 'expire', device: deviceId })
    expect(connectionsOf(hub, deviceId)[0]?.tokenExpiresAt).toBeLessThanOrEqual(Date.now())
    expect((await within('an answer', device.get())).topic).toBe('$iothub/twin/res/200/?$rid=1')
  })
})
