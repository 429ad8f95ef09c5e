import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JobClient, Registry } from 'azure-iothub'
import { describe, expect } from 'vitest'
import type { HubOptions, JsonObject } from '../../../emulator/src/index.ts'
import { later } from '../../support/cleanup.ts'
import { connect } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { createDevice, hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { jobClientOf, registryOf } from '../../support/service-sdk.ts'
import { within } from '../../support/waits.ts'

const test = hubTest()
  .extend('registry', ({ hub }) => registryOf(hub))
  .extend('client', ({ hub }) => jobClientOf(hub))
/** A hub without jobs. */
const testWithoutJobs = hubTest()

const EVERY_DEVICE = '*'

/** Resolves with the job when it has this state. The test's own deadline ends the wait. */
function job(client: JobClient, jobId: string, status: string): Promise<JsonObject> {
  const wait = async (): Promise<JsonObject> => {
    for (;;) {
      const found = (await client.getJob(jobId)).jobStatus as JsonObject
      if (found['status'] === status) return found
    }
  }
  return within(`the job ${jobId} ${status}`, wait())
}

describe('azure-iothub JobClient', () => {
  async function deviceJobs(registry: Registry, where: string): Promise<JsonObject[]> {
    const query = registry.createQuery(`SELECT * FROM devices.jobs WHERE ${where}`)
    return (await query.next(query.continuationToken)).result as JsonObject[]
  }

  test('updates the twins that match a condition, and reports the result of each', async ({
    hub,
    client,
    registry,
  }) => {
    const [a, b, c] = [await createDevice(hub), await createDevice(hub), await createDevice(hub)]
    const condition = `deviceId IN ['${a}', '${b}']`
    const device = await connect(hub, { deviceId: a })
    await device.client.subscribeAsync('$iothub/twin/PATCH/properties/desired/#')
    const patch = { etag: '*', tags: { floor: 3 }, properties: { desired: { mode: 'eco' } } }
    const scheduled = (await client.scheduleTwinUpdate('j1', condition, patch, new Date(), 60)).jobStatus
    expect(scheduled).toMatchObject({
      jobId: 'j1',
      type: 'scheduleUpdateTwin',
      status: 'queued',
      queryCondition: condition,
      maxExecutionTimeInSeconds: 60,
      updateTwin: patch,
    })
    const done = await job(client, 'j1', 'completed')
    expect(done['deviceJobStatistics']).toEqual({
      deviceCount: 2,
      failedCount: 0,
      succeededCount: 2,
      runningCount: 0,
      pendingCount: 0,
    })
    expect(Date.parse(done['endTime'] as string)).toBeGreaterThanOrEqual(Date.parse(done['createdTime'] as string))
    expect((await device.next()).body).toBe('{"mode":"eco","$version":2}')
    expect((await registry.getTwin(b)).responseBody).toMatchObject({ tags: { floor: 3 } })
    expect((await registry.getTwin(c)).responseBody.tags).toEqual({})
    const found = await deviceJobs(registry, "devices.jobs.jobId = 'j1' AND devices.jobs.status = 'completed'")
    expect(found).toMatchObject([
      { deviceId: a, jobId: 'j1', jobType: 'scheduleUpdateTwin', outcome: { deviceMethodResponse: null } },
      { deviceId: b },
    ])
    expect(await deviceJobs(registry, "jobId = 'j1' AND devices.jobs.createdTimeUtc > '2016-09-01'")).toHaveLength(2)
    expect(await deviceJobs(registry, `deviceId = '${c}'`)).toEqual([])
  })

  test('calls a method of many devices, and reports the response of each', async ({ hub, client, registry }) => {
    const [a, b] = [await createDevice(hub), await createDevice(hub)]
    const device = await connect(hub, { deviceId: a })
    await device.client.subscribeAsync('$iothub/methods/POST/#')
    device.client.on('message', (topic) => {
      const rid = /\$rid=(.*)$/.exec(topic)?.[1]
      void device.client.publishAsync(`$iothub/methods/res/207/?$rid=${rid}`, '{"done":true}')
    })
    await client.scheduleDeviceMethod('m1', `deviceId IN ['${a}', '${b}']`, {
      methodName: 'reboot',
      payload: { in: 5 },
    })
    const done = await job(client, 'm1', 'completed')
    expect(done['deviceJobStatistics']).toMatchObject({ deviceCount: 2, succeededCount: 1, failedCount: 1 })
    expect((await device.next()).topic).toContain('$iothub/methods/POST/reboot/')
    expect(await deviceJobs(registry, "jobId = 'm1'")).toMatchObject([
      {
        deviceId: a,
        status: 'completed',
        outcome: { deviceMethodResponse: { status: 207, payload: { done: true } } },
      },
      { deviceId: b, status: 'failed', error: { code: 'DeviceNotOnline' } },
    ])
  })

  test('waits for the start time of a job, and can cancel it before', async ({ client, registry, deviceId }) => {
    const tomorrow = new Date(Date.now() + 86_400_000)
    const { jobStatus } = await client.scheduleTwinUpdate(
      'later',
      EVERY_DEVICE,
      { etag: '*', tags: { x: 1 } },
      tomorrow,
    )
    expect(jobStatus).toMatchObject({ status: 'queued', startTime: tomorrow.toISOString().replace('Z', '0000Z') })
    expect((await client.getJob('later')).jobStatus).toMatchObject({ status: 'scheduled' })
    expect((await client.cancelJob('later')).jobStatus).toMatchObject({ status: 'cancelled' })
    expect((await client.cancelJob('later')).jobStatus).toMatchObject({ status: 'cancelled' })
    const soon = new Date(Date.now() + 100)
    await client.scheduleTwinUpdate('soon', EVERY_DEVICE, { etag: '*', tags: { x: 2 } }, soon)
    const done = await job(client, 'soon', 'completed')
    expect(Date.parse(done['endTime'] as string)).toBeGreaterThanOrEqual(soon.getTime())
    expect((await registry.getTwin(deviceId)).responseBody.tags).toEqual({ x: 2 })
    await expect(client.cancelJob('soon')).rejects.toMatchObject({ name: 'ArgumentError' })
  })

  test('cancels a running job before it reaches the remaining devices', async ({ hub, deviceId, client }) => {
    const device = await connect(hub, { deviceId })
    await device.client.subscribeAsync('$iothub/methods/POST/#')
    await client.scheduleDeviceMethod('m', `deviceId = '${deviceId}'`, { methodName: 'slow' })
    await device.next()
    expect((await client.getJob('m')).jobStatus).toMatchObject({
      status: 'running',
      deviceJobStatistics: { runningCount: 1 },
    })
    expect((await client.cancelJob('m')).jobStatus).toMatchObject({ status: 'cancelled' })
  })

  test('ends a job when its time is over', async ({ hub, deviceId, client, registry }) => {
    const device = await connect(hub, { deviceId })
    await device.client.subscribeAsync('$iothub/methods/POST/#')
    await client.scheduleDeviceMethod('ended', `deviceId = '${deviceId}'`, { methodName: 'slow' }, new Date(), 1)
    expect(await job(client, 'ended', 'completed')).toMatchObject({ deviceJobStatistics: { failedCount: 1 } })
    expect(await deviceJobs(registry, "jobId = 'ended'")).toMatchObject([
      { status: 'failed', error: { code: 'RequestTimedOut' } },
    ])
  })

  test('finds jobs by type and state, page by page', async () => {
    const client = jobClientOf(await start())
    const tomorrow = new Date(Date.now() + 86_400_000)
    for (const id of ['x1', 'x2', 'x3'])
      await client.scheduleTwinUpdate(id, EVERY_DEVICE, { etag: '*', tags: {} }, tomorrow)
    await client.scheduleDeviceMethod('x4', EVERY_DEVICE, { methodName: 'm' }, tomorrow)
    await client.scheduleTwinUpdate('done', "deviceId = 'nobody'", { etag: '*', tags: {} })
    await job(client, 'done', 'completed')
    const query = client.createQuery('scheduleUpdateTwin', 'scheduled', 2)
    const pages: string[][] = []
    while (query.hasMoreResults) {
      const { result, message } = await query.next(query.continuationToken)
      expect(message.headers['x-ms-item-type']).toBe('JobResponse')
      pages.push((result as { jobId: string }[]).map(({ jobId }) => jobId))
    }
    expect(pages).toEqual([['x1', 'x2'], ['x3']])
    const all = (await client.createQuery().next('')).result as { jobId: string }[]
    expect(all.map(({ jobId }) => jobId)).toEqual(['x1', 'x2', 'x3', 'x4', 'done'])
  })

  test('gets an error for an unknown job, and for an existing ID', async ({ client }) => {
    await expect(client.getJob('nobody')).rejects.toThrow('Not found')
    await expect(client.cancelJob('nobody')).rejects.toThrow('Not found')
    await client.scheduleTwinUpdate('once', EVERY_DEVICE, { etag: '*', tags: {} })
    await expect(client.scheduleTwinUpdate('once', EVERY_DEVICE, { etag: '*', tags: {} })).rejects.toMatchObject({
      name: 'DeviceAlreadyExistsError',
    })
  })
})

describe('PUT /jobs/v2', () => {
  const good = { type: 'scheduleUpdateTwin', queryCondition: '*', updateTwin: { etag: '*', tags: {} } }
  const bad: [what: string, jobId: string, body: unknown][] = [
    ['no object', 'j', []],
    ['another id', 'j', { ...good, jobId: 'k' }],
    ['an id with a separator', 'a%20b', good],
    ['a long id', 'x'.repeat(129), good],
    ['no type', 'j', { ...good, type: undefined }],
    ['an unknown type', 'j', { ...good, type: 'export' }],
    ['no condition', 'j', { ...good, queryCondition: undefined }],
    ['a condition that is none', 'j', { ...good, queryCondition: 'tags.a = ' }],
    ['a condition with an unknown function', 'j', { ...good, queryCondition: 'contains(tags.a, 1)' }],
    ['no patch', 'j', { ...good, updateTwin: undefined }],
    ['a patch without an etag', 'j', { ...good, updateTwin: { tags: {} } }],
    ['a patch with an etag that is no text', 'j', { ...good, updateTwin: { etag: null, tags: {} } }],
    ['a patch with desired outside of properties', 'j', { ...good, updateTwin: { etag: '*', desired: { a: 1 } } }],
    ['a patch with a key that no twin has', 'j', { ...good, updateTwin: { etag: '*', tags: { 'a.b': 1 } } }],
    ['a method without a name', 'j', { ...good, type: 'scheduleDeviceMethod', cloudToDeviceMethod: {} }],
    ['a start that is no time', 'j', { ...good, startTime: 'tomorrow' }],
    ['no time to run', 'j', { ...good, maxExecutionTimeInSeconds: 0 }],
  ]

  testWithoutJobs.for(bad)('refuses %s', async ([_what, jobId, body], { hub }) => {
    const answer = await rest(hub, 'PUT', `/jobs/v2/${jobId}`, { body })
    expect([answer.status, answer.body['errorCode']]).toEqual([400, 400004])
    expect((await rest(hub, 'GET', '/jobs/v2/query')).body).toEqual([])
  })

  test('accepts at most a hundred jobs that wait or run', async () => {
    const hub = await start()
    const startTime = new Date(Date.now() + 86_400_000).toISOString()
    const put = (id: string): ReturnType<typeof rest> =>
      rest(hub, 'PUT', `/jobs/v2/${id}`, { body: { ...good, startTime } })
    for (let at = 0; at < 100; at++) expect((await put(`j${at}`)).status).toBe(200)
    const { status, body } = await put('more')
    expect([status, body['errorCode']]).toEqual([403, 403003])
    await rest(hub, 'POST', '/jobs/v2/j0/cancel')
    expect((await put('more')).status).toBe(200)
    for (const path of ['jobStatus=asleep', 'jobType=cook']) {
      expect((await rest(hub, 'GET', `/jobs/v2/query?${path}`)).status).toBe(400)
    }
  })
})

describe('a job and a restart', () => {
  async function folderOptions(): Promise<HubOptions> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
    later(() => rm(dataFolder, { recursive: true, force: true }))
    return { dataFolder, devices: ['a', 'b'] }
  }

  test('a waiting job runs at its time, and a finished job keeps its result', async () => {
    const options = await folderOptions()
    let now = Date.now()
    const first = await start({ ...options, clock: () => now })
    const client = jobClientOf(first)
    await client.scheduleTwinUpdate('done', "deviceId = 'a'", { etag: '*', tags: { x: 1 } }, new Date(now))
    const before = await job(client, 'done', 'completed')
    await client.scheduleTwinUpdate('waits', EVERY_DEVICE, { etag: '*', tags: { y: 1 } }, new Date(now + 600_000))
    await first.close()

    now += 600_001
    const second = await start({ ...options, clock: () => now })
    expect((await jobClientOf(second).getJob('done')).jobStatus).toEqual(before)
    await job(jobClientOf(second), 'waits', 'completed')
    expect(second.twin('b')).toMatchObject({ tags: { y: 1 } })
    const query = registryOf(second).createQuery("SELECT * FROM devices.jobs WHERE deviceId = 'a'")
    expect((await query.next(query.continuationToken)).result).toMatchObject([{ jobId: 'done' }, { jobId: 'waits' }])
  })

  test('a running job continues, and calls no method twice', async () => {
    const options = await folderOptions()
    const first = await start(options)
    const device = await connect(first, { deviceId: 'a' })
    await device.client.subscribeAsync('$iothub/methods/POST/#')
    await jobClientOf(first).scheduleDeviceMethod('m', "deviceId = 'a'", { methodName: 'slow' })
    await device.next()
    await within('the end of the hub', first.close())

    const second = await start(options)
    expect(await job(jobClientOf(second), 'm', 'completed')).toMatchObject({ deviceJobStatistics: { failedCount: 1 } })
  })
})
