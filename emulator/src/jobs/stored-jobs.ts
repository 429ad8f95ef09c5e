import { type DeviceJob, type JobRecord, isFinished } from './job.ts'
import { Refusal } from '../errors/refusal.ts'
import type { Store, StoreChange } from '../store/store.ts'
import { WriteQueue } from '../store/write-queue.ts'

/** The result of a job for a device, with the key that continues a list after it. */
type KeyedDeviceJob = readonly [key: string, job: JobRecord, device: DeviceJob]

interface Entry {
  job: JobRecord
  readonly devices: Map<string, DeviceJob>
}

/**
 * How many jobs the hub keeps. IoT Hub keeps jobs for 30 days. The local hub may delete old jobs
 * earlier.
 */
export interface JobLimits {
  readonly unfinished: number
  readonly finished: number
  readonly devices: number
  readonly ageInMs: number
}

export const JOB_LIMITS: JobLimits = { unfinished: 100, finished: 1000, devices: 200_000, ageInMs: 30 * 24 * 3600_000 }

const JOB_PREFIX = 'job/'
const DEVICE_PREFIX = 'device-job/'

/** Every job and its result for each device, in memory and in the store. */
export class Jobs {
  /** In the order of their numbers. */
  readonly #entries = new Map<string, Entry>()
  readonly #arriving = new Set<string>()
  readonly #queue: WriteQueue
  readonly #limits: JobLimits
  #lastNumber = 0
  #deviceCount = 0

  private constructor(store: Store, limits: JobLimits) {
    this.#queue = new WriteQueue(store)
    this.#limits = limits
  }

  static async load(store: Store, limits: JobLimits = JOB_LIMITS): Promise<Jobs> {
    const jobs = new Jobs(store, limits)
    const records: JobRecord[] = []
    for await (const [, value] of store.entries(JOB_PREFIX)) records.push(value as JobRecord)
    for (const job of records.sort((one, other) => one.number - other.number)) jobs.#put(job)
    for await (const [key, value] of store.entries(DEVICE_PREFIX)) {
      jobs.setDevice(key.slice(DEVICE_PREFIX.length).split('/')[0] ?? '', value as DeviceJob)
    }
    return jobs
  }

  /** The store changes for a whole job. */
  static changesFor(job: JobRecord, devices: readonly DeviceJob[]): StoreChange[] {
    const ofDevices = devices.map((device) => ({ key: deviceKey(job.jobId, device), value: device }))
    return [{ key: JOB_PREFIX + job.jobId, value: job }, ...ofDevices]
  }

  /**
   * Replaces all jobs in memory, in the order of their numbers. The caller has suspended the write
   * queue.
   */
  replaceAll(all: Iterable<readonly [job: JobRecord, devices: readonly DeviceJob[]]>): void {
    this.#entries.clear()
    this.#lastNumber = 0
    this.#deviceCount = 0
    for (const [job, devices] of all) {
      this.#put(job)
      for (const device of devices) this.setDevice(job.jobId, device)
    }
  }

  get writes(): WriteQueue {
    return this.#queue
  }

  find(jobId: string): JobRecord | undefined {
    return this.#entries.get(jobId)?.job
  }

  devicesOf(jobId: string): Iterable<DeviceJob> {
    return this.#entries.get(jobId)?.devices.values() ?? []
  }

  /** Every job, oldest first. */
  *all(): Generator<JobRecord> {
    for (const { job } of this.#entries.values()) yield job
  }

  /** The results for devices after a key, with the keys that continue the list. */
  *devicesAfter(key?: string): Generator<KeyedDeviceJob> {
    const [number = 0, deviceId = ''] = key === undefined ? [] : splitKey(key)
    for (const { job, devices } of this.#entries.values()) {
      if (job.number < number) continue
      for (const device of devices.values()) {
        if (job.number > number || device.deviceId > deviceId) yield [`${job.number}/${device.deviceId}`, job, device]
      }
    }
  }

  /**
   * Adds a job when the store has it.
   *
   * @throws Refusal JobAlreadyExists, JobQuotaExceeded, ServiceUnavailable
   */
  async add(request: Omit<JobRecord, 'number'>): Promise<JobRecord> {
    const { jobId } = request
    if (this.#entries.has(jobId) || this.#arriving.has(jobId)) {
      throw new Refusal('JobAlreadyExists', `There is already a job ${jobId}`)
    }
    const unfinished = [...this.all()].filter((each) => !isFinished(each)).length + this.#arriving.size
    if (unfinished >= this.#limits.unfinished) {
      throw new Refusal('JobQuotaExceeded', `At most ${this.#limits.unfinished} jobs may wait or run at once`)
    }
    this.#arriving.add(jobId)
    const job = { ...request, number: ++this.#lastNumber }
    try {
      await this.#queue.write([...this.#removeOld(job.createdAt), { key: JOB_PREFIX + jobId, value: job }])
      this.#entries.set(jobId, { job, devices: new Map() })
    } finally {
      this.#arriving.delete(jobId)
    }
    return job
  }

  /**
   * Changes a job and its results for devices. Readers see the change at once. Resolves when the
   * store has it. Callers add devices in the order of their IDs.
   *
   * @throws Refusal ServiceUnavailable when the store fails; then the job itself is unchanged
   */
  async change(job: JobRecord, devices: readonly DeviceJob[] = []): Promise<void> {
    const entry = this.#entries.get(job.jobId)
    if (entry === undefined) return
    const before = entry.job
    entry.job = job
    for (const device of devices) this.setDevice(job.jobId, device)
    try {
      await this.#queue.write([
        ...(job === before ? [] : [{ key: JOB_PREFIX + job.jobId, value: job }]),
        ...devices.map((device) => ({ key: deviceKey(job.jobId, device), value: device })),
      ])
    } catch (error) {
      if (entry.job === job) entry.job = before
      throw error
    }
  }

  /** Changes the result for a device in memory only. A restart reverts it. */
  setDevice(jobId: string, device: DeviceJob): void {
    const devices = this.#entries.get(jobId)?.devices
    if (devices === undefined) return
    if (!devices.has(device.deviceId)) this.#deviceCount += 1
    devices.set(device.deviceId, device)
  }

  /** Resolves when every write has reached the store. */
  idle(): Promise<void> {
    return this.#queue.idle()
  }

  #put(job: JobRecord): void {
    this.#entries.set(job.jobId, { job, devices: new Map() })
    this.#lastNumber = job.number
  }

  /** Removes the oldest finished jobs beyond the limits. */
  #removeOld(now: number): StoreChange[] {
    const removals: StoreChange[] = []
    const finished = [...this.#entries.values()].filter(({ job }) => isFinished(job))
    let excess = finished.length - this.#limits.finished
    for (const { job, devices } of finished) {
      const isOld = now - (job.endedAt ?? now) > this.#limits.ageInMs
      if (!isOld && excess <= 0 && this.#deviceCount <= this.#limits.devices) continue
      excess -= 1
      this.#deviceCount -= devices.size
      this.#entries.delete(job.jobId)
      removals.push({ key: JOB_PREFIX + job.jobId, value: undefined })
      for (const device of devices.values()) removals.push({ key: deviceKey(job.jobId, device), value: undefined })
    }
    return removals
  }
}

/** Neither device IDs nor job IDs contain `/`. */
function deviceKey(jobId: string, { deviceId }: DeviceJob): string {
  return `${DEVICE_PREFIX}${jobId}/${deviceId}`
}

function splitKey(key: string): [number, string] {
  const at = key.indexOf('/')
  return [Number(key.slice(0, at)) || 0, key.slice(at + 1)]
}
