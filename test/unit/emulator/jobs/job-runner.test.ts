import { expect, test, vi } from 'vitest'
import type { Context } from '../../../../emulator/src/hub/context.ts'
import { createHubClock } from '../../../../emulator/src/hub/hub-clock.ts'
import { createJobRunner } from '../../../../emulator/src/jobs/job-runner.ts'
import type { JobRecord } from '../../../../emulator/src/jobs/job.ts'
import { Refusal } from '../../../../emulator/src/errors/refusal.ts'
import type { Store } from '../../../../emulator/src/store/store.ts'
import { openJobs } from '../../../../emulator/src/jobs/stored-jobs.ts'
import { openRegistry } from '../../../../emulator/src/identity/registry.ts'

const SCHEDULED: Omit<JobRecord, 'number' | 'jobId'> = {
  status: 'waiting',
  queryCondition: '*',
  work: { type: 'scheduleUpdateTwin', updateTwin: { etag: '*', tags: {} } },
  maxExecutionTimeInSeconds: 60,
  createdAt: 0,
  startAt: 0,
}

/** A store that refuses writes on the test's command. */
function storeThat(state: { isFull: boolean }): Store {
  return {
    async *entries() {},
    write: async () => {
      if (state.isFull) throw new Error('no room')
    },
    replace: async () => undefined,
    close: async () => undefined,
  }
}

test('the runner retries a job that it cannot store after a delay, not in a tight loop', async () => {
  const state = { isFull: false }
  const store = storeThat(state)
  const jobs = await openJobs(store)
  await jobs.add({ ...SCHEDULED, jobId: 'j' })
  state.isFull = true
  const onError = vi.fn()
  const { now: clock, until } = createHubClock(() => 1)
  const context = { jobs, registry: await openRegistry(store), clock, until, onError } as unknown as Context

  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const runner = createJobRunner(context)
    runner.wake()
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(onError).toHaveBeenCalledTimes(1)
    expect(onError.mock.calls[0]?.[0]).toBeInstanceOf(Refusal)
    expect(jobs.find('j')?.status).toBe('waiting')

    state.isFull = false
    vi.advanceTimersByTime(1000)
    await vi.waitUntil(() => jobs.find('j')?.status === 'completed')
    await runner.pause()
  } finally {
    vi.useRealTimers()
  }
})

test('the runner forgets finished jobs that are too many or too old', async () => {
  const limits = { unfinished: 10, finished: 2, devices: 100, ageInMs: 1000 }
  const jobs = await openJobs(storeThat({ isFull: false }), limits)
  const end = async (jobId: string, at: number): Promise<void> => {
    const job = await jobs.add({ ...SCHEDULED, jobId, createdAt: at })
    await jobs.change({ ...job, status: 'completed', endedAt: at })
  }
  for (const [at, jobId] of ['a', 'b', 'c', 'd'].entries()) await end(jobId, at)
  expect([...jobs.all()].map(({ jobId }) => jobId)).toEqual(['b', 'c', 'd'])
  await jobs.add({ ...SCHEDULED, jobId: 'e', createdAt: 1500 })
  expect([...jobs.all()].map(({ jobId }) => jobId)).toEqual(['e'])
})
