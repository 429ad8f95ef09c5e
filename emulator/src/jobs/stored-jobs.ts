import type { DeviceJob, JobRecord } from './job.ts'
import { isFinished } from './job.ts'
import { Refusal } from '../errors/refusal.ts'
import type { Store, StoreChange } from '../store/store.ts'
import { WriteQueue } from '../store/write-queue.ts'

interface Entry {
  job: JobRecord
  readonly devices: Map<string, DeviceJob>
}

/** How much the hub keeps of what is over. IoT Hub keeps jobs for 30 days; this one forgets the oldest earlier where they are many. */
export interface JobLimits {
  readonly unfinished: number
  readonly finished: number
  readonly devices: number
  readonly ageInMs: number
}

export const jobLimits: JobLimits = { unfinished: 100, finished: 1000, devices: 200_000, ageInMs: 30 * 24 * 3600_000 }

const jobPrefix = 'job/'
const devicePrefix = 'device-job/'

/** Every job with what it has done to each device, in memory and written through. */
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

  static async load(store: Store, limits: JobLimits = jobLimits): Promise<Jobs> {
    const jobs = new Jobs(store, limits)
    const records: JobRecord[] = []
    for await (const [, value] of store.entries(jobPrefix)) records.push(value as JobRecord)
    for (const job of records.sort((one, other) => one.number - other.number)) jobs.#put(job)
    for await (const [key, value] of store.entries(devicePrefix)) {
      jobs.note(key.slice(devicePrefix.length).split('/')[0] ?? '', value as DeviceJob)
    }
    return jobs
  }

  /** What is to be stored for a job. */
  static changesFor(job: JobRecord, devices: readonly DeviceJob[]): StoreChange[] {
    const ofDevices = devices.map((device) => ({ key: deviceKey(job.jobId, device), value: device }))
    return [{ key: jobPrefix + job.jobId, value: job }, ...ofDevices]
  }

  /** The jobs take the place of all, in memory, in the order of their numbers. Nothing may be on its way into the store: the queue is suspended. */
  replaceAll(all: Iterable<readonly [job: JobRecord, devices: readonly DeviceJob[]]>): void {
    this.#entries.clear()
    this.#lastNumber = 0
    this.#deviceCount = 0
    for (const [job, devices] of all) {
      this.#put(job)
      for (const device of devices) this.note(job.jobId, device)
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

  /** In the order in which they were made. */
  *all(): Generator<JobRecord> {
    for (const { job } of this.#entries.values()) yield job
  }

  /** What was done to devices, with keys to go on after. */
  *devicesAfter(key?: string): Generator<readonly [key: string, job: JobRecord, device: DeviceJob]> {
    const [number = 0, deviceId = ''] = key === undefined ? [] : splitKey(key)
    for (const { job, devices } of this.#entries.values()) {
      if (job.number < number) continue
      for (const device of devices.values()) {
        if (job.number > number || device.deviceId > deviceId) yield [`${job.number}/${device.deviceId}`, job, device]
      }
    }
  }

  /** Adds a job, once it is stored. @throws Refusal JobAlreadyExists, JobQuotaExceeded, ServiceUnavailable */
  async add(wish: Omit<JobRecord, 'number'>): Promise<JobRecord> {
    const { jobId } = wish
    if (this.#entries.has(jobId) || this.#arriving.has(jobId)) {
      throw new Refusal('JobAlreadyExists', `There is a job ${jobId} already`)
    }
    const unfinished = [...this.all()].filter((each) => !isFinished(each)).length + this.#arriving.size
    if (unfinished >= this.#limits.unfinished) {
      throw new Refusal('JobQuotaExceeded', `At most ${this.#limits.unfinished} jobs may wait or run at once`)
    }
    this.#arriving.add(jobId)
    const job = { ...wish, number: ++this.#lastNumber }
    try {
      await this.#queue.write([...this.#forgetOld(job.createdAt), { key: jobPrefix + jobId, value: job }])
      this.#entries.set(jobId, { job, devices: new Map() })
    } finally {
      this.#arriving.delete(jobId)
    }
    return job
  }

  /**
   * Changes a job and what it does to devices, at once for all readers; resolves when the change is stored. Devices have to be added in the order
   * of their ids.
   *
   * @throws Refusal ServiceUnavailable where the store fails; the job itself is then as it was
   */
  async change(job: JobRecord, devices: readonly DeviceJob[] = []): Promise<void> {
    const entry = this.#entries.get(job.jobId)
    if (entry === undefined) return
    const before = entry.job
    entry.job = job
    for (const device of devices) this.note(job.jobId, device)
    try {
      await this.#queue.write([
        ...(job === before ? [] : [{ key: jobPrefix + job.jobId, value: job }]),
        ...devices.map((device) => ({ key: deviceKey(job.jobId, device), value: device })),
      ])
    } catch (error) {
      if (entry.job === job) entry.job = before
      throw error
    }
  }

  /** Changes what a job does to a device for all readers, without storing it: after a restart it is as before. */
  note(jobId: string, device: DeviceJob): void {
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

  /** Takes the oldest jobs that are over away, as many as are too many. */
  #forgetOld(now: number): StoreChange[] {
    const gone: StoreChange[] = []
    const finished = [...this.#entries.values()].filter(({ job }) => isFinished(job))
    let excess = finished.length - this.#limits.finished
    for (const { job, devices } of finished) {
      const isOld = now - (job.endedAt ?? now) > this.#limits.ageInMs
      if (!isOld && excess <= 0 && this.#deviceCount <= this.#limits.devices) continue
      excess -= 1
      this.#deviceCount -= devices.size
      this.#entries.delete(job.jobId)
      gone.push({ key: jobPrefix + job.jobId, value: undefined })
      for (const device of devices.values()) gone.push({ key: deviceKey(job.jobId, device), value: undefined })
    }
    return gone
  }
}

/** A device id may hold neither `/` nor what a job id may not. */
function deviceKey(jobId: string, { deviceId }: DeviceJob): string {
  return `${devicePrefix}${jobId}/${deviceId}`
}

function splitKey(key: string): [number, string] {
  const at = key.indexOf('/')
  return [Number(key.slice(0, at)) || 0, key.slice(at + 1)]
}
