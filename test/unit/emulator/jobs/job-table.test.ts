import { describe, expect, test } from 'vitest'
import {
  type JobTable,
  clearJobs,
  createJobTable,
  devicesAfter,
  putDevice,
  putJob,
  removeOldJobs,
  unfinishedCount,
} from '../../../../emulator/src/jobs/job-table.ts'
import type { DeviceJob, JobRecord } from '../../../../emulator/src/jobs/job.ts'

const job = (number: number, changes: Partial<JobRecord> = {}): JobRecord => ({
  jobId: `job-${number}`,
  number,
  status: 'completed',
  queryCondition: '*',
  work: { type: 'scheduleUpdateTwin', updateTwin: { etag: '*', tags: {} } },
  maxExecutionTimeInSeconds: 60,
  createdAt: 0,
  startAt: 0,
  ...changes,
})

const result = (deviceId: string, status: DeviceJob['status'] = 'pending'): DeviceJob => ({
  deviceId,
  status,
  updatedAt: 0,
})

function tableOf(...jobs: readonly (readonly [job: JobRecord, ...deviceIds: string[]])[]): JobTable {
  const table = createJobTable()
  for (const [each, ...deviceIds] of jobs) {
    putJob(table, each)
    for (const deviceId of deviceIds) putDevice(table, each.jobId, result(deviceId))
  }
  return table
}

const idsOf = ({ entries }: JobTable): string[] => [...entries.keys()]

describe('a job table', () => {
  test('has nothing at first, and after clearJobs()', () => {
    const table = tableOf([job(3), 'a'])
    expect([table.lastNumber, table.deviceCount, idsOf(table)]).toEqual([3, 1, ['job-3']])
    clearJobs(table)
    expect(table).toStrictEqual(createJobTable())
    expect(table).toStrictEqual({ entries: new Map(), lastNumber: 0, deviceCount: 0 })
  })

  test('keeps the newest result of each device, and counts each device once', () => {
    const table = tableOf([job(1), 'a', 'b'])
    putDevice(table, 'job-1', result('a', 'completed'))
    putDevice(table, 'unknown', result('c'))
    expect(table.deviceCount).toBe(2)
    expect([...(table.entries.get('job-1')?.devices.values() ?? [])]).toEqual([result('a', 'completed'), result('b')])
  })

  test('counts the jobs that wait or run', () => {
    const statuses = ['waiting', 'running', 'completed', 'failed', 'cancelled'] as const
    const table = tableOf(...statuses.map((status, at) => [job(at, { status })] as const))
    expect(unfinishedCount(table)).toBe(2)
  })

  test('lists results after any key', () => {
    expect([...devicesAfter(tableOf([job(0), 'A']))]).toEqual([['0/A', job(0), result('A')]])
    const table = tableOf([job(9), 'a', 'b'], [job(10), 'a', 'c'])
    const keysAfter = (key?: string): string[] => Array.from(devicesAfter(table, key), ([each]) => each)
    expect(keysAfter()).toEqual(['9/a', '9/b', '10/a', '10/c'])
    expect(keysAfter('9/a')).toEqual(['9/b', '10/a', '10/c'])
    expect(keysAfter('9/b')).toEqual(['10/a', '10/c'])
    expect(keysAfter('10/b')).toEqual(['10/c'])
    expect(keysAfter('10/c')).toEqual([])
    expect(keysAfter('no number/a')).toEqual(['9/a', '9/b', '10/a', '10/c'])
    expect([...devicesAfter(table, '10/a')]).toEqual([['10/c', job(10), result('c')]])
  })
})

describe('removeOldJobs()', () => {
  const limits = { unfinished: 10, finished: 2, devices: 4, ageInMs: 1000 }
  const removed = (table: JobTable, now = 0): string[] =>
    removeOldJobs(table, limits, now).map((each) => each.job.jobId)

  test('keeps as many finished jobs as the limit, and every job that is not finished', () => {
    const table = tableOf([job(1, { status: 'running' })], [job(2)], [job(3)])
    expect(removed(table)).toEqual([])
    putJob(table, job(4))
    putJob(table, job(5))
    expect(removed(table)).toEqual(['job-2', 'job-3'])
    expect(idsOf(table)).toEqual(['job-1', 'job-4', 'job-5'])
  })

  test('removes jobs that ended too long ago', () => {
    const table = tableOf([job(1, { endedAt: 499 })], [job(2, { endedAt: 500 })])
    expect(removed(table, 1500)).toEqual(['job-1'])
    expect(removed(tableOf([job(1)]), 1500)).toEqual([])
  })

  test('removes the oldest jobs until few enough devices have results', () => {
    const table = tableOf([job(1), 'a', 'b'], [job(2), 'a', 'b'])
    expect([removed(table), table.deviceCount]).toEqual([[], 4])
    putDevice(table, 'job-2', result('c'))
    expect([removed(table), table.deviceCount]).toEqual([['job-1'], 3])
  })
})
