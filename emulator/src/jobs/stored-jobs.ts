import type { DeviceJob, JobRecord } from './job.ts'
import {
  type JobEntry,
  type JobLimits,
  type KeyedDeviceJob,
  clearJobs,
  createJobTable,
  devicesAfter,
  putDevice,
  putJob,
  removeOldJobs,
  unfinishedCount,
} from './job-table.ts'
import { Refusal } from '../errors/refusal.ts'
import type { Store, StoreChange } from '../store/store.ts'
import { type WriteQueue, createWriteQueue } from '../store/write-queue.ts'

/** Every job and its result for each device, in memory and in the store. */
export interface Jobs {
  readonly writes: WriteQueue
  find(jobId: string): JobRecord | undefined
  devicesOf(jobId: string): Iterable<DeviceJob>
  /** Every job, oldest first. */
  all(): Iterable<JobRecord>
  /** The results for devices after a key, with the keys that continue the list. */
  devicesAfter(key?: string): Iterable<KeyedDeviceJob>
  /**
   * Adds a job when the store has it.
   *
   * @throws Refusal JobAlreadyExists, JobQuotaExceeded, ServiceUnavailable
   */
  add(request: Omit<JobRecord, 'number'>): Promise<JobRecord>
  /**
   * Changes a job and its results for devices. Readers see the change at once. Resolves when the
   * store has it. Callers add devices in the order of their IDs.
   *
   * @throws Refusal ServiceUnavailable when the store fails; then the job itself is unchanged
   */
  change(job: JobRecord, devices?: readonly DeviceJob[]): Promise<void>
  /** Changes the result for a device in memory only. A restart reverts it. */
  setDevice(jobId: string, device: DeviceJob): void
  /** Resolves when every write has reached the store. */
  idle(): Promise<void>
  /** The store changes for a whole job. */
  changesFor(job: JobRecord, devices: readonly DeviceJob[]): StoreChange[]
  /**
   * Replaces all jobs in memory, in the order of their numbers. The caller has suspended the write
   * queue.
   */
  replaceAll(all: Iterable<readonly [job: JobRecord, devices: readonly DeviceJob[]]>): void
}

export const JOB_LIMITS: JobLimits = { unfinished: 100, finished: 1000, devices: 200_000, ageInMs: 30 * 24 * 3600_000 }

const JOB_PREFIX = 'job/'
const DEVICE_PREFIX = 'device-job/'

/** Loads every job of a store. */
export async function openJobs(store: Store, limits: JobLimits = JOB_LIMITS): Promise<Jobs> {
  const table = createJobTable()
  const { entries } = table
  const arriving = new Set<string>()
  const writes = createWriteQueue(store)

  const records: JobRecord[] = []
  for await (const [, value] of store.entries(JOB_PREFIX)) records.push(value as JobRecord)
  for (const job of records.sort((one, other) => one.number - other.number)) putJob(table, job)
  for await (const [key, value] of store.entries(DEVICE_PREFIX)) {
    putDevice(table, key.slice(DEVICE_PREFIX.length).split('/')[0] ?? '', value as DeviceJob)
  }

  async function add(request: Omit<JobRecord, 'number'>): Promise<JobRecord> {
    const { jobId } = request
    if (entries.has(jobId) || arriving.has(jobId)) {
      throw new Refusal('JobAlreadyExists', `There is already a job ${jobId}`)
    }
    if (unfinishedCount(table) + arriving.size >= limits.unfinished) {
      throw new Refusal('JobQuotaExceeded', `At most ${limits.unfinished} jobs may wait or run at once`)
    }
    arriving.add(jobId)
    const job = { ...request, number: ++table.lastNumber }
    const removed = removeOldJobs(table, limits, job.createdAt)
    try {
      await writes.write([...removed.flatMap(removalsOf), jobChange(jobId, job)])
      entries.set(jobId, { job, devices: new Map() })
    } finally {
      arriving.delete(jobId)
    }
    return job
  }

  async function change(job: JobRecord, devices: readonly DeviceJob[] = []): Promise<void> {
    const entry = entries.get(job.jobId)
    if (entry === undefined) return
    const before = entry.job
    entry.job = job
    for (const device of devices) putDevice(table, job.jobId, device)
    const ofDevices = devices.map((device) => deviceChange(job.jobId, device.deviceId, device))
    try {
      await writes.write(job === before ? ofDevices : [jobChange(job.jobId, job), ...ofDevices])
    } catch (error) {
      if (entry.job === job) entry.job = before
      throw error
    }
  }

  return {
    writes,
    find: (jobId) => entries.get(jobId)?.job,
    devicesOf: (jobId) => entries.get(jobId)?.devices.values() ?? [],
    *all() {
      for (const { job } of entries.values()) yield job
    },
    devicesAfter: (key) => devicesAfter(table, key),
    add,
    change,
    setDevice: (jobId, device) => putDevice(table, jobId, device),
    idle: () => writes.idle(),
    changesFor: (job, devices) => [
      jobChange(job.jobId, job),
      ...devices.map((device) => deviceChange(job.jobId, device.deviceId, device)),
    ],
    replaceAll(all) {
      clearJobs(table)
      for (const [job, devices] of all) {
        putJob(table, job)
        for (const device of devices) putDevice(table, job.jobId, device)
      }
    },
  }
}

function jobChange(jobId: string, value: JobRecord | undefined): StoreChange {
  return { key: JOB_PREFIX + jobId, value }
}

function deviceChange(jobId: string, deviceId: string, value: DeviceJob | undefined): StoreChange {
  return { key: `${DEVICE_PREFIX}${jobId}/${deviceId}`, value }
}

function removalsOf({ job, devices }: JobEntry): StoreChange[] {
  return [
    jobChange(job.jobId, undefined),
    ...Array.from(devices.keys(), (deviceId) => deviceChange(job.jobId, deviceId, undefined)),
  ]
}
