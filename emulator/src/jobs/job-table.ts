import { type DeviceJob, type JobRecord, isFinished } from './job.ts'

/** The result of a job for a device, with the key that continues a list after it. */
export type KeyedDeviceJob = readonly [key: string, job: JobRecord, device: DeviceJob]

/** A job with its results, by the IDs of the devices. */
export interface JobEntry {
  job: JobRecord
  readonly devices: Map<string, DeviceJob>
}

/** The jobs in memory. */
export interface JobTable {
  /** By ID, in the order of their numbers. */
  readonly entries: Map<string, JobEntry>
  lastNumber: number
  /** The number of results for devices. */
  deviceCount: number
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

export function createJobTable(): JobTable {
  return { entries: new Map(), lastNumber: 0, deviceCount: 0 }
}

/** Removes all jobs. */
export function clearJobs(table: JobTable): void {
  table.entries.clear()
  table.lastNumber = 0
  table.deviceCount = 0
}

/** Adds a job without results. Its number is the highest. */
export function putJob(table: JobTable, job: JobRecord): void {
  table.entries.set(job.jobId, { job, devices: new Map() })
  table.lastNumber = job.number
}

/** Sets the result of a job for a device. Ignores a job that no longer exists. */
export function putDevice(table: JobTable, jobId: string, device: DeviceJob): void {
  const devices = table.entries.get(jobId)?.devices
  if (devices === undefined) return
  if (!devices.has(device.deviceId)) table.deviceCount += 1
  devices.set(device.deviceId, device)
}

/** The number of jobs that wait or run. */
export function unfinishedCount({ entries }: JobTable): number {
  return [...entries.values()].filter(({ job }) => !isFinished(job)).length
}

/**
 * The results for devices after a key, with the keys that continue the list.
 *
 * @param key empty for the whole list
 */
export function* devicesAfter({ entries }: JobTable, key = ''): Generator<KeyedDeviceJob> {
  const [number, deviceId] = splitKey(key)
  for (const { job, devices } of entries.values()) {
    if (job.number < number) continue
    for (const device of devices.values()) {
      if (job.number > number || device.deviceId > deviceId) yield [`${job.number}/${device.deviceId}`, job, device]
    }
  }
}

/** Removes the oldest finished jobs beyond the limits. @returns the removed jobs */
export function removeOldJobs(table: JobTable, limits: JobLimits, now: number): JobEntry[] {
  const finished = [...table.entries.values()].filter(({ job }) => isFinished(job))
  let excess = finished.length - limits.finished
  return finished.filter(({ job, devices }) => {
    const isOld = now - (job.endedAt ?? now) > limits.ageInMs
    if (!isOld && excess <= 0 && table.deviceCount <= limits.devices) return false
    excess -= 1
    table.deviceCount -= devices.size
    table.entries.delete(job.jobId)
    return true
  })
}

/** Neither device IDs nor job IDs contain `/`. */
function splitKey(key: string): [number, string] {
  const at = key.indexOf('/')
  return [Number(key.slice(0, at)) || 0, key.slice(at + 1)]
}
