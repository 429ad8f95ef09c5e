import { startHub, type Hub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../contract/suite/waits.ts'
import { allPages, officialService, refusalOf, type OfficialService } from '../official-service.ts'
import { officialClient } from '../official-device.ts'
import { subscribed } from './transports.ts'

// Queries and jobs of the unmodified service SDK. The titles are rows of the table in
// docs/emulator/azure-sdks.md.

let hub: Hub
let registry: OfficialService['registry']
let jobs: OfficialService['jobs']

beforeAll(async () => {
  hub = await startHub()
  ;({ registry, jobs } = officialService(hub))
  for (const [n, floor] of [1, 1, 2, 3].entries()) {
    const deviceId = `lamp-${n}`
    await hub.createDevice(deviceId)
    await hub.updateTwin(deviceId, { tags: { kind: 'lamp', floor }, properties: { desired: { level: 10 * n } } })
  }
  await hub.createModule('lamp-0', 'driver')
})
afterAll(() => hub.close())

const LAMPS = "tags.kind = 'lamp'"

async function rows(text: string): Promise<unknown[]> {
  return (await allPages(registry, text)).rows
}

function ended(jobId: string): Promise<void> {
  return until(`${jobId} is over`, async () => (await jobs.getJob(jobId)).jobStatus.status === 'completed')
}

describe('azure-iothub', () => {
  test('queries twins, page by page', async () => {
    const found = await allPages(registry, `SELECT * FROM devices WHERE ${LAMPS} AND tags.floor < 3`, 1)
    expect(found.pages).toBe(3)
    expect(found.rows).toMatchObject(['lamp-0', 'lamp-1', 'lamp-2'].map((deviceId) => ({ deviceId })))
  })

  test('queries with a projection', async () => {
    const text = `SELECT deviceId, properties.desired.level AS level FROM devices WHERE ${LAMPS} AND tags.floor = 2`
    expect(await rows(text)).toEqual([{ deviceId: 'lamp-2', level: 20 }])
  })

  test('queries by the start of an ID, with field names in any case', async () => {
    const text = `SELECT DeviceId, LastActivityTime FROM devices WHERE STARTSWITH(deviceId, 'lamp-3')`
    expect(await rows(text)).toEqual([{ deviceId: 'lamp-3', lastActivityTime: '0001-01-01T00:00:00Z' }])
  })

  test('queries with aggregates', async () => {
    const of = 'properties.desired.level'
    const text = `SELECT COUNT() AS n, AVG(${of}) AS mean, SUM(${of}) AS sum, MIN(${of}) AS least, MAX(${of}) AS most FROM devices WHERE ${LAMPS}`
    expect(await rows(text)).toEqual([{ n: 4, mean: 15, sum: 60, least: 0, most: 30 }])
  })

  test('queries with GROUP BY, ORDER BY, and TOP', async () => {
    const text = `SELECT TOP 2 tags.floor AS floor, COUNT() AS n FROM devices WHERE ${LAMPS} GROUP BY tags.floor ORDER BY n DESC`
    expect((await rows(text))[0]).toEqual({ floor: 1, n: 2 })
    expect(await rows(text)).toHaveLength(2)
  })

  test('queries modules', async () => {
    const text = "SELECT * FROM devices.modules WHERE deviceId IN ['lamp-0', 'lamp-1']"
    expect(await rows(text)).toMatchObject([{ deviceId: 'lamp-0', moduleId: 'driver' }])
  })

  test('gets the location of an error in a query', async () => {
    const refusal = await refusalOf(rows('SELECT * FROM tables'))
    expect(refusal).toMatchObject({ name: 'ArgumentError', message: expect.stringContaining('col 15') })
  })

  test('updates many twins with a job', async () => {
    const patch = { etag: '*', tags: { plant: 'north' }, properties: { desired: { mode: 'eco' } } }
    await jobs.scheduleTwinUpdate('eco', LAMPS, patch)
    await ended('eco')
    expect(await rows("SELECT COUNT() AS n FROM devices WHERE tags.plant = 'north'")).toEqual([{ n: 4 }])
  })

  test('calls a method of many devices with a job', async () => {
    const client = await officialClient({
      connectionString: hub.connectionStrings.device('lamp-0'),
      certificateAuthority: hub.certificateAuthority,
    })
    await client.open()
    client.onDeviceMethod('blink', (request, response) => void response.send(200, { asked: request.payload }))
    await subscribed(hub, 'lamp-0', 'methods')
    await jobs.scheduleDeviceMethod('blink-all', `${LAMPS} AND tags.floor = 1`, {
      methodName: 'blink',
      payload: { times: 3 },
    })
    await ended('blink-all')
    await client.close()
    expect((await jobs.getJob('blink-all')).jobStatus.deviceJobStatistics).toMatchObject({
      deviceCount: 2,
      succeededCount: 1,
      failedCount: 1,
    })
  })

  test('queries the results of jobs for devices', async () => {
    await jobs.scheduleDeviceMethod('nobody', `${LAMPS} AND tags.floor = 3`, { methodName: 'blink' })
    await ended('nobody')
    expect(await rows("SELECT * FROM devices.jobs WHERE devices.jobs.jobId = 'nobody'")).toMatchObject([
      { deviceId: 'lamp-3', jobType: 'scheduleDeviceMethod', status: 'failed', error: { code: 'DeviceNotOnline' } },
    ])
  })

  test('gets, finds, and cancels a waiting job', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000)
    const later = await jobs.scheduleTwinUpdate('later', LAMPS, { etag: '*', tags: {} }, tomorrow, 60)
    expect(later.jobStatus).toMatchObject({ status: 'queued' })
    const { jobStatus } = await jobs.getJob('later')
    expect(jobStatus).toMatchObject({ status: 'scheduled', maxExecutionTimeInSeconds: 60 })
    expect((await jobs.cancelJob('later')).jobStatus).toMatchObject({ status: 'cancelled' })
    const query = jobs.createQuery('scheduleUpdateTwin', 'cancelled')
    expect((await query.next(query.continuationToken ?? '')).result).toMatchObject([{ jobId: 'later' }])
  })
})
