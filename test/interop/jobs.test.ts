import iothub from 'azure-iothub'
import { startHub, type Hub } from 'hubtwin-emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../contract/suite/waits.ts'
import { hubAgent, withoutPort } from './hub-agent.ts'
import { officialClient } from './official-device.ts'

// The unmodified service SDK: queries with projections and aggregates, bulk registration and jobs, with the device SDK at the other end.

let hub: Hub
let registry: iothub.Registry
let jobs: iothub.JobClient

beforeAll(async () => {
  hub = await startHub({ devices: ['pump-1', 'pump-2'] })
  const connectionString = withoutPort(hub.connectionStrings.service())
  registry = iothub.Registry.fromConnectionString(connectionString)
  jobs = iothub.JobClient.fromConnectionString(connectionString)
  // Private, but the only door (protocol sheet 1.2).
  registry['_restApiClient'].setOptions({ http: { agent: hubAgent(hub.certificateAuthority, hub.securePort) } })
  const { _restApiClient: client } = jobs as unknown as { _restApiClient: (typeof registry)['_restApiClient'] }
  client.setOptions({ http: { agent: hubAgent(hub.certificateAuthority, hub.securePort) } })
})
afterAll(() => hub.close())

const pumps = "deviceId IN ['pump-1', 'pump-2']"

async function rows(text: string): Promise<unknown> {
  const query = registry.createQuery(text)
  return (await query.next(query.continuationToken)).result
}

function ended(jobId: string): Promise<void> {
  return until(`${jobId} is over`, async () => (await jobs.getJob(jobId)).jobStatus.status === 'completed')
}

test('azure-iothub registers devices in bulk, and is told which failed', async () => {
  const { responseBody } = await registry.addDevices([{ deviceId: 'bulk-1' }, { deviceId: 'bulk-2' }])
  expect(responseBody).toMatchObject({ isSuccessful: true, errors: [] })
  await expect(registry.addDevices([{ deviceId: 'bulk-1' }])).rejects.toMatchObject({ name: 'ArgumentError' })
  await registry.removeDevices([{ deviceId: 'bulk-1' }, { deviceId: 'bulk-2' }], true)
})

test('azure-iothub updates many twins by a job, and queries what became of them', async () => {
  await jobs.scheduleTwinUpdate('eco', pumps, { tags: { plant: 'north' }, properties: { desired: { mode: 'eco' } } })
  await ended('eco')
  expect(await rows("SELECT deviceId, status FROM devices WHERE tags.plant = 'north' ORDER BY deviceId")).toEqual([
    { deviceId: 'pump-1', status: 'enabled' },
    { deviceId: 'pump-2', status: 'enabled' },
  ])
  expect(
    await rows(
      'SELECT properties.desired.mode AS mode, COUNT() AS n FROM devices WHERE is_defined(tags.plant) GROUP BY properties.desired.mode',
    ),
  ).toEqual([{ mode: 'eco', n: 2 }])
  expect(await rows("SELECT * FROM devices.jobs WHERE devices.jobs.jobId = 'eco'")).toMatchObject([
    { deviceId: 'pump-1', jobType: 'scheduleUpdateTwin', status: 'completed' },
    { deviceId: 'pump-2', status: 'completed' },
  ])
})

test('azure-iothub calls a method of many devices by a job, and azure-iot-device answers', async () => {
  const client = await officialClient({
    connectionString: hub.connectionStrings.device('pump-1'),
    certificateAuthority: hub.certificateAuthority,
    port: hub.securePort,
  })
  await client.open()
  try {
    client.onDeviceMethod('rinse', (request, response) => void response.send(200, { asked: request.payload }))
    await until('the device hears methods', async () =>
      hub.connections().some(({ subscriptions }) => subscriptions.some((each) => each.includes('methods'))),
    )
    await jobs.scheduleDeviceMethod('rinse-all', pumps, { methodName: 'rinse', payload: { seconds: 3 } })
    await ended('rinse-all')
  } finally {
    await client.close()
  }
  expect(await rows("SELECT * FROM devices.jobs WHERE devices.jobs.jobId = 'rinse-all'")).toMatchObject([
    { deviceId: 'pump-1', outcome: { deviceMethodResponse: { status: 200, payload: { asked: { seconds: 3 } } } } },
    { deviceId: 'pump-2', status: 'failed', error: { code: 'DeviceNotOnline' } },
  ])
})

test('azure-iothub cancels a job that waits, and finds jobs by type and state', async () => {
  const tomorrow = new Date(Date.now() + 86_400_000)
  await jobs.scheduleTwinUpdate('later', pumps, { tags: {} }, tomorrow, 60)
  expect((await jobs.getJob('later')).jobStatus).toMatchObject({ status: 'scheduled', maxExecutionTimeInSeconds: 60 })
  expect((await jobs.cancelJob('later')).jobStatus).toMatchObject({ status: 'cancelled' })
  const query = jobs.createQuery('scheduleUpdateTwin', 'cancelled')
  const { result } = await query.next(query.continuationToken ?? '')
  expect(result).toMatchObject([{ jobId: 'later' }])
})
