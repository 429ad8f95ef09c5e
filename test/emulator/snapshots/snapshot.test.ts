import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { type Hub, type JsonObject, startHub } from '../../../emulator/src/index.ts'
import { lived, withoutTime } from '../../support/used-hub.ts'
import { later } from '../../support/cleanup.ts'
import { connect, connectSubscribed, refusalCode } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { keyOf } from '../../support/sas-token.ts'
import { jobClientOf } from '../../support/service-sdk.ts'
import { within } from '../../support/waits.ts'

async function put(hub: Hub, body: string): Promise<[number, string]> {
  const answer = await fetch(`${hub.endpoints.http}/hub/snapshot`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return [answer.status, await answer.text()]
}

describe('hub.snapshot()', () => {
  test('returns a private copy as plain JSON, and hub.restore() restores all of it in another hub', async () => {
    const hub = await lived()
    const snapshot = hub.snapshot()
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot)
    expect(snapshot).toMatchObject({
      messages: [{ deviceId: 'a', queue: [{ sequenceNumber: 1 }, { sequenceNumber: 2 }] }],
      jobs: [{ job: { jobId: 'done' }, devices: [{ deviceId: 'b' }] }, { job: { jobId: 'waits' } }],
    })
    expect(JSON.stringify(snapshot)).toContain('"__proto__":{"d":[1,{"e":2}]}')

    const other = await start()
    await other.restore(snapshot)
    expect(withoutTime(other.snapshot())).toEqual(withoutTime(snapshot))
    expect(other.twin('a', 'm')).toEqual(hub.twin('a', 'm'))
    for (const policyName of ['service', 'iothubowner'] as const) {
      expect(keyOf(other.connectionStrings.service({ policyName }))).toBe(
        keyOf(hub.connectionStrings.service({ policyName })),
      )
    }
    // The restored hub works: its key connects, its message arrives, its job exists.
    const device = await connect(other, { deviceId: 'a' })
    await device.client.subscribeAsync('devices/a/messages/devicebound/#', { qos: 1 })
    expect(await refusalCode(other, {})).toBe('accepted')
    expect((await jobClientOf(other).getJob('waits')).jobStatus).toMatchObject({ status: 'scheduled' })
    expect((await other.updateTwin('a', { tags: { t: 2 } }))['tags']).toEqual({ t: 2 })
    // The restore does not change its input.
    expect(withoutTime(snapshot)).toEqual(withoutTime(hub.snapshot()))
  })
})

describe('hub.restore()', () => {
  test('removes all previous data, and closes connections without an effect on the restored data', async () => {
    const hub = await start({ devices: ['a'] })
    const snapshot = hub.snapshot()
    await hub.createDevice('later')
    await hub.updateTwin('a', { tags: { t: 1 } })
    const device = await connectSubscribed(hub, { deviceId: 'a' })
    await device.report({ r: 1 })
    const types: string[] = []
    hub.events.listen(({ type }) => types.push(type))
    await hub.restore(snapshot)
    await device.closed()
    expect(types).toEqual(['disconnected'])
    expect(hub.connections()).toEqual([])
    expect(() => hub.twin('later')).toThrow(/later/)
    // Waits until the hub has seen the end of the sockets.
    await connect(hub)
    expect((hub.snapshot()['identities'] as JsonObject[])[0]).toEqual((snapshot['identities'] as JsonObject[])[0])
  })

  test('keeps only the restored data after a restart', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
    later(() => rm(dataFolder, { recursive: true, force: true }))
    const snapshot = (await lived()).snapshot()
    const first = await startHub({ dataFolder, devices: ['gone'] })
    later(() => first.close())
    await first.sendToDevice('gone', { body: 'x' })
    await first.restore(snapshot)
    await first.close()
    const second = await start({ dataFolder })
    const known = (hub: JsonObject): JsonObject => withoutTime(hub)
    expect(known(second.snapshot())).toEqual(known(snapshot))
  })

  test('stops a running job, so that it changes no restored data', async () => {
    const hub = await start({ devices: ['a'] })
    const snapshot = hub.snapshot()
    const device = await connect(hub, { deviceId: 'a' })
    await device.client.subscribeAsync('$iothub/methods/POST/#')
    await jobClientOf(hub).scheduleDeviceMethod('m', "deviceId = 'a'", { methodName: 'slow' })
    await device.next()
    await within('the restoring', hub.restore(snapshot))
    expect(hub.snapshot()['jobs']).toEqual([])
    const client = jobClientOf(hub)
    await client.scheduleTwinUpdate('next', "deviceId = 'a'", { etag: '*', tags: { j: 1 } }, new Date())
    await vi.waitUntil(() => JSON.stringify(hub.twin('a')).includes('"j":1'), 5000)
  })

  test('drops the waiting requests of a throttled hub', async () => {
    const hub = await start({ tier: 'S1' })
    const snapshot = hub.snapshot()
    hub.clock.stop()
    const device = await connectSubscribed(hub)
    for (let rid = 1; rid <= 60; rid++) {
      device.client.publish(`$iothub/twin/PATCH/properties/reported/?$rid=${rid}`, `{"a":${rid}}`)
    }
    await vi.waitUntil(() => device.messages.length === 50)
    await hub.restore(snapshot)
    hub.clock.advance(10_000)
    await connect(hub)
    expect(hub.twin('device1')).toMatchObject({ version: 2 })
  })

  test('refuses writes during a restore with 503, and accepts later writes', async () => {
    const hub = await start()
    const snapshot = hub.snapshot()
    const restoring = hub.restore(snapshot)
    const writing = Array.from({ length: 20 }, (_, a) =>
      hub.updateTwin('device1', { tags: { a } }).then(
        () => 'written',
        (error: { code: string }) => error.code,
      ),
    )
    await restoring
    for (const outcome of await Promise.all(writing)) expect(['written', 'ServiceUnavailable']).toContain(outcome)
    expect(withoutTime(hub.snapshot())).toEqual(withoutTime(snapshot))
    await hub.updateTwin('device1', { tags: { a: 1 } })
  })

  test('performs one restore after another', async () => {
    const hub = await start({ devices: ['a'] })
    const first = hub.snapshot()
    await hub.updateTwin('a', { tags: { t: 1 } })
    const second = hub.snapshot()
    await Promise.all([hub.restore(second), hub.restore(first), hub.restore(second)])
    expect(withoutTime(hub.snapshot())).toEqual(withoutTime(second))
  })
})

describe('/hub/snapshot', () => {
  test('returns and restores a snapshot, and names the problem of an invalid one', async () => {
    const hub = await lived()
    const other = await start()
    const answer = await fetch(`${hub.endpoints.http}/hub/snapshot`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await put(other, await answer.text())).toEqual([204, ''])
    expect(withoutTime(other.snapshot())).toEqual(withoutTime(hub.snapshot()))
    expect((await put(other, '{"format":'))[0]).toBe(400)
    expect(await put(other, '{}')).toEqual([400, '{"message":"The snapshot cannot be restored: format: is missing"}'])
  })

  test('accepts ten thousand devices', async () => {
    const hub = await start()
    const snapshot = hub.snapshot()
    const [one] = snapshot['identities'] as [JsonObject]
    const value = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`key${at}`, 'x'.repeat(40)]))
    const identities = Array.from({ length: 10_000 }, (_, at) => ({
      ...one,
      deviceId: `d${at}`,
      twin: { ...(one['twin'] as JsonObject), tags: value },
    }))
    const body = JSON.stringify({ ...snapshot, identities })
    expect(body.length).toBeGreaterThan(20_000_000)
    expect(await put(hub, body)).toEqual([204, ''])
    expect(hub.twin('d9999')['tags']).toEqual(value)
    expect((await (await fetch(`${hub.endpoints.http}/hub/snapshot`)).text()).length).toBeGreaterThan(20_000_000)
  })
})
