import { describe, expect, test } from 'vitest'
import {
  deviceJobDocument,
  jobDocument,
  JOB_STATUSES,
  JOB_TYPES,
  statusOf,
} from '../../../../emulator/src/jobs/job-documents.ts'
import {
  type DeviceJob,
  type JobRecord,
  cancelled,
  checkUpdateTwin,
  deadlineOf,
  isFinished,
  parseJobRequest,
} from '../../../../emulator/src/jobs/job.ts'
import { refusalOf } from '../../../support/refusal.ts'

const TWIN_WORK = { type: 'scheduleUpdateTwin', updateTwin: { etag: '*' } } as const
const METHOD_WORK = { type: 'scheduleDeviceMethod', cloudToDeviceMethod: { methodName: 'reboot' } } as const
const BODY = { queryCondition: '*', ...TWIN_WORK }
const NOW = 5000

describe('parseJobRequest()', () => {
  const request = {
    jobId: 'j',
    queryCondition: '*',
    work: TWIN_WORK,
    maxExecutionTimeInSeconds: 3600,
    startAt: NOW,
  }

  test.each([
    [{}, {}],
    [{ jobId: null }, {}],
    [{ jobId: 'j' }, {}],
    [{ ...METHOD_WORK }, { work: METHOD_WORK }],
    [{ queryCondition: 'tags.a = 1' }, { queryCondition: 'tags.a = 1' }],
    [{ maxExecutionTimeInSeconds: null }, {}],
    [{ maxExecutionTimeInSeconds: 1 }, { maxExecutionTimeInSeconds: 1 }],
    [{ maxExecutionTimeInSeconds: 1_000_000_000 }, { maxExecutionTimeInSeconds: 1_000_000_000 }],
    [{ startTime: null }, {}],
    [{ startTime: '' }, {}],
    [{ startTime: '1970-01-01T00:00:01Z' }, { startAt: 1000 }],
  ])('reads %j', (change, expected) => {
    expect(parseJobRequest('j', { ...BODY, ...change }, NOW)).toStrictEqual({ ...request, ...expected })
  })

  const badTime = 'maxExecutionTimeInSeconds must be a whole number above 0'
  const badStart = 'startTime must be a time in ISO 8601'
  const badCondition = "queryCondition must be a string; '*' means every device"
  const badType = 'type must be scheduleUpdateTwin or scheduleDeviceMethod'

  test.each([
    [{ jobId: 'k' }, 'jobId in the body must be the same as in the address'],
    [{ queryCondition: null }, badCondition],
    [{ type: 'export' }, badType],
    [{ type: null }, badType],
    [{ updateTwin: [] }, 'updateTwin must be an object'],
    [{ type: 'scheduleDeviceMethod' }, 'cloudToDeviceMethod must be an object'],
    [{ maxExecutionTimeInSeconds: 0 }, badTime],
    [{ maxExecutionTimeInSeconds: 1.5 }, badTime],
    [{ maxExecutionTimeInSeconds: '60' }, badTime],
    [{ maxExecutionTimeInSeconds: 1_000_000_001 }, badTime],
    [{ startTime: 1 }, badStart],
    [{ startTime: 'abc 1' }, badStart],
    [{ startTime: ['1970-01-01'] }, badStart],
  ])('refuses %j', (change, message) => {
    expect(refusalOf(() => parseJobRequest('j', { ...BODY, ...change }, NOW))).toBe(`ArgumentInvalid: ${message}`)
  })

  test('refuses a body that is no object', () => {
    expect(refusalOf(() => parseJobRequest('j', [], NOW))).toBe('ArgumentInvalid: The body must be a JSON object')
  })

  const badId = 'ArgumentInvalid: jobId must be 1 to 128 printable ASCII characters without separators'

  test.each(['', '.', '..', 'a/b', 'a b', '/a', 'a/', 'é', 'x'.repeat(129)])('refuses the ID %j', (jobId) => {
    expect(refusalOf(() => parseJobRequest(jobId, BODY, NOW))).toBe(badId)
  })

  test.each(["Az09!#%&'*+-.^_`|~", '...', '.a', '..a', 'x'.repeat(128)])('accepts the ID %j', (jobId) => {
    expect(parseJobRequest(jobId, BODY, NOW).jobId).toBe(jobId)
  })
})

test.each([
  [{ etag: '*' }, undefined],
  [{}, "updateTwin.etag must be the etag of the twins to update; '*' means any"],
  [{ etag: '' }, "updateTwin.etag must be the etag of the twins to update; '*' means any"],
  [{ etag: 1 }, "updateTwin.etag must be the etag of the twins to update; '*' means any"],
  [{ etag: '*', desired: {} }, 'updateTwin.desired is unknown; write updateTwin.properties.desired'],
  [{ etag: '*', reported: {} }, 'updateTwin.reported is unknown; write updateTwin.properties.reported'],
])('checkUpdateTwin() answers %j with %j', (updateTwin, message) => {
  const refusal = message === undefined ? undefined : `ArgumentInvalid: ${message}`
  expect(refusalOf(() => checkUpdateTwin(updateTwin))).toBe(refusal)
})

const JOB: JobRecord = {
  jobId: 'j',
  number: 1,
  status: 'running',
  queryCondition: '*',
  work: TWIN_WORK,
  maxExecutionTimeInSeconds: 60,
  createdAt: 1000,
  startAt: 2000,
}

test('a job ends at most its execution time after its actual start', () => {
  expect([deadlineOf(JOB), deadlineOf({ ...JOB, begunAt: 3000 })]).toEqual([62_000, 63_000])
})

test('a job is finished unless it waits or runs', () => {
  const statuses = ['waiting', 'running', 'completed', 'failed', 'cancelled'] as const
  expect(statuses.map((status) => isFinished({ ...JOB, status }))).toEqual([false, false, true, true, true])
})

test('a job that has not ended can be canceled, and no other', () => {
  expect(cancelled(JOB, 9)).toStrictEqual({ ...JOB, status: 'cancelled', endedAt: 9 })
  const done = { ...JOB, status: 'cancelled', endedAt: 3 } as const
  expect(cancelled(done, 9)).toBe(done)
  expect(refusalOf(() => cancelled({ ...JOB, status: 'failed' }, 9))).toBe(
    'InvalidOperation: The job j is already failed',
  )
})

test('a waiting job is scheduled until its start, and then queued', () => {
  const status = (at: number): string => statusOf({ ...JOB, status: 'waiting' }, at)
  expect([status(1999), status(2000), statusOf(JOB, 0)]).toEqual(['scheduled', 'queued', 'running'])
})

test('the names of states and types are those of the API', () => {
  expect(JOB_STATUSES).toEqual([
    ...['unknown', 'enqueued', 'queued', 'scheduled', 'running', 'completed', 'failed', 'cancelled'],
  ])
  expect(JOB_TYPES).toEqual(['unknown', 'export', 'import', 'scheduleDeviceMethod', 'scheduleUpdateTwin'])
})

const at = (seconds: number): string => `1970-01-01T00:00:0${seconds}.0000000Z`

describe('jobDocument()', () => {
  const document = {
    jobId: 'j',
    createdTime: at(1),
    startTime: at(2),
    maxExecutionTimeInSeconds: 60,
    ...TWIN_WORK,
    queryCondition: '*',
    status: 'running',
  }

  test('counts the devices by their status', () => {
    const statuses = [
      'pending',
      'running',
      'running',
      'completed',
      'completed',
      'completed',
      'failed',
      'canceled',
    ] as const
    const devices = statuses.map((status, id): DeviceJob => ({ deviceId: `d${id}`, status, updatedAt: 0 }))
    expect(jobDocument(JOB, devices, 0)).toStrictEqual({
      ...document,
      deviceJobStatistics: { deviceCount: 8, failedCount: 1, succeededCount: 3, runningCount: 2, pendingCount: 1 },
    })
  })

  test('adds the end and the reason of a failure', () => {
    const failed: JobRecord = { ...JOB, status: 'failed', endedAt: 3000, failureReason: 'because' }
    expect(jobDocument(failed, [], 0)).toStrictEqual({
      ...document,
      status: 'failed',
      endTime: at(3),
      failureReason: 'because',
      deviceJobStatistics: { deviceCount: 0, failedCount: 0, succeededCount: 0, runningCount: 0, pendingCount: 0 },
    })
  })
})

describe('deviceJobDocument()', () => {
  const device: DeviceJob = { deviceId: 'd', status: 'pending', updatedAt: 4000 }
  const document = {
    deviceId: 'd',
    jobId: 'j',
    jobType: 'scheduleUpdateTwin',
    status: 'pending',
    startTimeUtc: at(2),
    createdDateTimeUtc: at(1),
    lastUpdatedDateTimeUtc: at(4),
    outcome: { deviceMethodResponse: null },
  }

  test('starts with its device, with its job, or as planned', () => {
    const start = (ofJob: number | undefined, ofDevice: number | undefined): unknown =>
      deviceJobDocument(
        { ...JOB, ...(ofJob !== undefined && { begunAt: ofJob }) },
        { ...device, ...(ofDevice !== undefined && { begunAt: ofDevice }) },
      )
    expect(start(undefined, undefined)).toStrictEqual(document)
    expect(start(3000, undefined)).toStrictEqual({ ...document, startTimeUtc: at(3) })
    expect(start(3000, 5000)).toStrictEqual({ ...document, startTimeUtc: at(5) })
  })

  test('adds the end, the response, and the error', () => {
    const error = { code: 'DeviceNotOnline', description: 'offline' }
    const methodResponse = { status: 200, payload: { a: 1 } }
    expect(deviceJobDocument(JOB, { ...device, endedAt: 6000, methodResponse, error })).toStrictEqual({
      ...document,
      endTimeUtc: at(6),
      outcome: { deviceMethodResponse: methodResponse },
      error,
    })
  })
})
