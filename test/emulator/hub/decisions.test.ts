import { connect as connectTls } from 'node:tls'
import { describe, expect } from 'vitest'
import { later } from '../../support/cleanup.ts'
import { connect, connectOptions, connectSubscribed } from '../../support/device.ts'
import { hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { keyOf, token } from '../../support/sas-token.ts'
import { within } from '../../support/waits.ts'

const test = hubTest()

// Decisions of the local hub about behavior that its sources do not document
// (docs/emulator/differences.md), if no other test covers them.

test('the hub refuses TLS 1.1', async ({ hub }) => {
  const socket = connectTls({
    port: hub.mqttPort,
    host: '127.0.0.1',
    ca: hub.certificateAuthority,
    minVersion: 'TLSv1.1',
    maxVersion: 'TLSv1.1',
    // By default, OpenSSL would not offer TLS 1.1.
    ciphers: 'DEFAULT@SECLEVEL=0',
  })
  later(() => socket.destroy())
  const outcome = new Promise<string>((resolve) => {
    socket.once('secureConnect', () => resolve('connected'))
    socket.once('error', ({ message }) => resolve(message))
  })
  expect(await within('an end of the handshake', outcome)).toMatch(/alert/i)
})

test('a token can be valid for centuries', async ({ hub, deviceId }) => {
  const key = keyOf(hub.connectionStrings.device(deviceId))
  const password = token(`localhost/devices/${deviceId}`, key, { expiry: 9_000_000_000 })
  expect((await connect(hub, { deviceId, mqtt: { password } })).client.connected).toBe(true)
})

test.for<[id: string, status: number]>([
  ['with:colon', 200],
  ['with;semicolon', 400],
])('the id %s is answered with %i', async ([id, status], { hub }) => {
  expect((await rest(hub, 'PUT', `/devices/${encodeURIComponent(id)}`, { body: { deviceId: id } })).status).toBe(status)
})

describe('a report', () => {
  test('keeps 1.5e300, and stores 1.0 as 1', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    expect((await device.report('{"huge":1.5e300,"one":1.0}')).topic).toContain('/204/')
    expect((await device.get()).body).toContain('"reported":{"huge":1.5e+300,"one":1,"$version":2}')
    expect((await device.report('{"long":5283920058631410000}')).topic).toContain('/400/')
  })

  test('with equal values, or with null for a missing key, counts as an update', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    for (const [at, patch] of [{ a: 1 }, { a: 1 }, { b: null }].entries()) {
      expect((await device.report(patch)).topic).toBe(`$iothub/twin/res/204/?$rid=1&$version=${at + 2}`)
    }
  })

  test('accepts a no-break space in a key, and refuses # and $', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    expect((await device.report({ 'no-break\u00a0space': 1 })).topic).toContain('/204/')
    for (const key of ['#1', '$version']) expect((await device.report({ [key]: 1 })).topic).toContain('/400/')
  })

  test('with the $rid of another open request also gets its response, in order', async ({ hub, deviceId }) => {
    const { client, next } = await connectSubscribed(hub, { deviceId, mqtt: connectOptions(hub, { deviceId }) })
    const topic = '$iothub/twin/PATCH/properties/reported/?$rid=same'
    for (const n of [1, 2, 3]) client.publish(topic, JSON.stringify({ n }))
    for (const version of [2, 3, 4]) {
      expect((await next()).topic).toBe(`$iothub/twin/res/204/?$rid=same&$version=${version}`)
    }
    expect(hub.twin(deviceId)['properties']).toMatchObject({ reported: { n: 3 } })
  })
})

test('the hub notifies a device of desired properties with equal values, but not of tags', async ({
  hub,
  deviceId,
}) => {
  const device = await connectSubscribed(hub, { deviceId })
  await hub.updateTwin(deviceId, { tags: { floor: 1 } })
  for (const version of [2, 3]) {
    await hub.updateTwin(deviceId, { properties: { desired: { a: 1, $version: 9, $metadata: {} } } })
    expect(await device.next()).toEqual({
      topic: `$iothub/twin/PATCH/properties/desired/?$version=${version}`,
      body: JSON.stringify({ a: 1, $version: version }),
    })
  }
})
