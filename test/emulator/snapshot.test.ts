import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { Hub, JsonObject } from '../../emulator/src/index.ts'
import { startHub } from '../../emulator/src/index.ts'
import { connect, connectSubscribed, jobClientOf, keyOf, later, refusalCode, start, within } from './support.ts'

/** A hub with something of everything that is stored. */
async function lived(): Promise<Hub> {
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
  await client.scheduleTwinUpdate('done', "deviceId = 'b'", { tags: { j: 1 } }, new Date())
  await vi.waitUntil(() => JSON.stringify(hub.snapshot()['jobs']).includes('completed'), 5000)
  await client.scheduleTwinUpdate('waits', '*', { tags: { k: 1 } }, new Date(Date.now() + 3600_000))
  return hub
}

function withoutTime({ takenAt: _takenAt, ...rest }: JsonObject): JsonObject {
  return rest
}

/** A copy with another value at a place; undefined removes it. */
function changed(snapshot: JsonObject, place: string, value?: unknown): JsonObject {
  const copy = structuredClone(snapshot)
  const keys = place.split('/')
  const last = keys.pop() ?? ''
  let at = copy as Record<string, unknown>
  for (const key of keys) at = at[key] as Record<string, unknown>
  if (value === undefined) delete at[last]
  else at[last] = value
  return copy
}

async function put(hub: Hub, body: string): Promise<[number, string]> {
  const answer = await fetch(`${hub.endpoints.http}/hub/snapshot`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return [answer.status, await answer.text()]
}

describe('hub.snapshot()', () => {
  test('gives plain JSON that nobody else holds, and hub.restore() brings all of it back to another hub', async () => {
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
    // And it lives: its key opens it, its message comes, its job is known.
    const device = await connect(other, { deviceId: 'a' })
    await device.client.subscribeAsync('devices/a/messages/devicebound/#', { qos: 1 })
    expect(await refusalCode(other, {})).toBe('accepted')
    expect((await jobClientOf(other).getJob('waits')).jobStatus).toMatchObject({ status: 'scheduled' })
    expect((await other.updateTwin('a', { tags: { t: 2 } }))['tags']).toEqual({ t: 2 })
    // What was handed in is not touched by it.
    expect(withoutTime(snapshot)).toEqual(withoutTime(hub.snapshot()))
  })
})

describe('hub.restore()', () => {
  test('takes what was there before away, and drops connections without a trace in what is restored', async () => {
    const hub = await start({ devices: ['a'] })
    const snapshot = hub.snapshot()
    await hub.createDevice('later')
    await hub.updateTwin('a', { tags: { t: 1 } })
    const device = await connectSubscribed(hub, { deviceId: 'a' })
    await device.report({ r: 1 })
    const told: string[] = []
    hub.events.listen(({ type }) => told.push(type))
    await hub.restore(snapshot)
    await device.closed()
    expect(told).toEqual(['disconnected'])
    expect(hub.connections()).toEqual([])
    expect(() => hub.twin('later')).toThrow(/later/)
    // A turn of the event loop and more: the end of the sockets has been seen.
    await connect(hub)
    expect((hub.snapshot()['identities'] as JsonObject[])[0]).toEqual((snapshot['identities'] as JsonObject[])[0])
  })

  test('is there after a restart, and nothing else', async () => {
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

  test('stops a job that runs, so that it writes nothing into what comes', async () => {
    const hub = await start({ devices: ['a'] })
    const snapshot = hub.snapshot()
    const device = await connect(hub, { deviceId: 'a' })
    await device.client.subscribeAsync('$iothub/methods/POST/#')
    await jobClientOf(hub).scheduleDeviceMethod('m', "deviceId = 'a'", { methodName: 'slow' })
    await device.next()
    await within('the restoring', hub.restore(snapshot))
    expect(hub.snapshot()['jobs']).toEqual([])
    const client = jobClientOf(hub)
    await client.scheduleTwinUpdate('next', "deviceId = 'a'", { tags: { j: 1 } }, new Date())
    await vi.waitUntil(() => JSON.stringify(hub.twin('a')).includes('"j":1'), 5000)
  })

  test('forgets what waits in the queue of a throttled hub', async () => {
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

  test('refuses who writes meanwhile with 503, and goes on for the next', async () => {
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

  test('restores one after the other', async () => {
    const hub = await start({ devices: ['a'] })
    const first = hub.snapshot()
    await hub.updateTwin('a', { tags: { t: 1 } })
    const second = hub.snapshot()
    await Promise.all([hub.restore(second), hub.restore(first), hub.restore(second)])
    expect(withoutTime(hub.snapshot())).toEqual(withoutTime(second))
  })

  test('refuses what is no snapshot, with the place, and changes nothing', async () => {
    const hub = await lived()
    const snapshot = hub.snapshot()
    const device = await connect(hub)
    const before = withoutTime(hub.snapshot())
    const wrong: [unknown, RegExp][] = [
      [null, /: The value: /],
      [[], /: /],
      [{}, /: format: is missing$/],
      [changed(snapshot, 'version', 2), /: version: expected 1 but received 2$/],
      [changed(snapshot, 'more', 1), /: more: is not known here$/],
      [changed(snapshot, 'policies/service'), /: policies.service: is missing$/],
      [
        changed(snapshot, 'policies/service/primaryKey', 'sec;ret'),
        /: policies.service.primaryKey: must be base64 of 16 to 64 bytes$/,
      ],
      [changed(snapshot, 'identities/1/deviceId', 'a b'), /: identities.1: deviceId must be /],
      [changed(snapshot, 'identities/1/deviceId', 'a'), /: identities.1: a is there twice$/],
      [changed(snapshot, 'identities/0/status', 'on'), /: identities.0.status: expected /],
      [
        { ...snapshot, identities: (snapshot['identities'] as JsonObject[]).slice(1) },
        /: identities.2: the module m has no device a$|: there is no device a$/,
      ],
      [changed(snapshot, 'identities/0/twin/desired/value/a.b', 1), /: identities.0: desired.a.b: a key must not/],
      [changed(snapshot, 'identities/0/twin/desired/version', 0), /: identities.0.twin.desired.version: /],
      [
        changed(snapshot, 'identities/0/twin/reported/metadata/r', 1),
        /: identities.0.twin.reported.metadata.r: is no metadata$/,
      ],
      [changed(snapshot, 'messages/0/deviceId', 'nobody'), /: messages.0: there is no device nobody$/],
      [
        changed(snapshot, 'messages/0/queue/1/sequenceNumber', 1),
        /: messages.0.queue.1: sequenceNumber 1 must come after 1$/,
      ],
      [changed(snapshot, 'messages/0/queue/0/body', '{'), /: messages.0.queue.0.body: must be base64$/],
      ...[`a=${'x'.repeat(70_000)}`, 'a+b', 'a#', 'a\0'].map((bag): [unknown, RegExp] => [
        changed(snapshot, 'messages/0/queue/0/bag', bag),
        /: messages.0.queue.0: bag must fit into an MQTT topic of 65,535 bytes and hold no \+, # or U\+0000$/,
      ]),
      [
        changed(snapshot, 'messages/0/queue/0/body', Buffer.alloc(65 * 1024).toString('base64')),
        /: messages.0.queue.0: body must not exceed 65536 bytes$/,
      ],
      [changed(snapshot, 'jobs/1/job/jobId', 'done'), /: jobs.1: the job done is there twice$/],
      [changed(snapshot, 'jobs/1/job/queryCondition', 'x ='), /: jobs.1: /],
      [changed(snapshot, 'jobs/0/devices/0/status', 'lost'), /: jobs.0.devices.0.status: /],
    ]
    for (const [value, message] of wrong) {
      await expect(hub.restore(value), String(message)).rejects.toMatchObject({
        code: 'ArgumentInvalid',
        message: expect.stringMatching(message) as string,
      })
    }
    await expect(hub.restore(changed(snapshot, 'policies/service/primaryKey', 'sec;ret'))).rejects.not.toThrow(
      /sec;ret/,
    )
    expect(withoutTime(hub.snapshot())).toEqual(before)
    expect(device.client.connected).toBe(true)
  })
})

describe('/hub/snapshot', () => {
  test('gives and takes it, and tells what is wrong', async () => {
    const hub = await lived()
    const other = await start()
    const answer = await fetch(`${hub.endpoints.http}/hub/snapshot`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await put(other, await answer.text())).toEqual([204, ''])
    expect(withoutTime(other.snapshot())).toEqual(withoutTime(hub.snapshot()))
    expect((await put(other, '{"format":'))[0]).toBe(400)
    expect(await put(other, '{}')).toEqual([400, '{"message":"The snapshot cannot be restored: format: is missing"}'])
  })

  test('has room for ten thousand devices', async () => {
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
