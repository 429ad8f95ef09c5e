import * as v from 'valibot'
import type { CloudMessage } from '../messages/cloud-message.ts'
import { checkStored } from '../messages/cloud-message.ts'
import { explain } from '../errors/explain-issue.ts'
import { checkId } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { DeviceJob, JobRecord } from '../jobs/job.ts'
import type { PolicyKeys, PolicyName } from '../access/policies.ts'
import { checkIdentities } from './snapshot-identities.ts'
import { misplaced, refusedSnapshot, within } from './snapshot-place.ts'
import { snapshotSchema } from './snapshot-schema.ts'

/** All that a hub has stored, the keys included; no clock, no certificate, no connection. */
export interface Snapshot {
  readonly format: 'hubtwin-emulator'
  readonly version: 1
  /** By the hub's clock. */
  readonly takenAt: string
  readonly policies: Readonly<Record<PolicyName, PolicyKeys>>
  readonly identities: readonly IdentityRecord[]
  readonly messages: readonly DeviceMessages[]
  readonly jobs: readonly JobHistory[]
}

/** The messages that wait for a device. */
export interface DeviceMessages {
  readonly deviceId: string
  readonly queue: readonly CloudMessage[]
}

/** A job, and what it has done to each device. */
export interface JobHistory {
  readonly job: JobRecord
  readonly devices: readonly DeviceJob[]
}

/**
 * Reads a snapshot that comes from outside: the shape of every record, and what holds between them.
 *
 * @throws Refusal ArgumentInvalid, with the place
 */
export function parseSnapshot(value: unknown): Snapshot {
  const result = v.safeParse(snapshotSchema, value)
  if (!result.success) throw refusedSnapshot(explain(result.issues))
  // The value itself: no key of a twin, `__proto__` included, may be lost on the way.
  const snapshot = value as Snapshot
  const generations = checkIdentities(snapshot.identities)
  checkMessages(snapshot.messages, generations)
  checkJobs(snapshot.jobs)
  return snapshot
}

function checkMessages(messages: readonly DeviceMessages[], identities: ReadonlySet<string>): void {
  const seen = new Set<string>()
  for (const [at, { deviceId, queue }] of messages.entries()) {
    const place = `messages.${at}`
    if (!identities.has(deviceId)) throw misplaced(place, `there is no device ${deviceId}`)
    if (seen.has(deviceId)) throw misplaced(place, `${deviceId} is there twice`)
    seen.add(deviceId)
    for (const [index, message] of queue.entries()) {
      within(`${place}.queue.${index}`, () => checkStored({ deviceId }, message))
    }
    checkAscending(
      `${place}.queue`,
      queue.map(({ sequenceNumber }) => sequenceNumber),
      'sequenceNumber',
    )
  }
}

function checkJobs(jobs: readonly JobHistory[]): void {
  const seen = new Set<string>()
  checkAscending(
    'jobs',
    jobs.map(({ job }) => job.number),
    'number',
  )
  for (const [at, { job, devices }] of jobs.entries()) {
    const place = `jobs.${at}`
    if (seen.has(job.jobId)) throw misplaced(place, `the job ${job.jobId} is there twice`)
    seen.add(job.jobId)
    within(place, () => devices.forEach(({ deviceId }) => checkId('deviceId', deviceId)))
    checkAscending(
      `${place}.devices`,
      devices.map(({ deviceId }) => deviceId),
      'deviceId',
    )
  }
}

/** As their stores give them: nothing may come twice, and pages go by the order. */
function checkAscending(place: string, keys: readonly (number | string)[], name: string): void {
  for (const [at, key] of keys.entries()) {
    const before = keys[at - 1]
    if (before !== undefined && before >= key) {
      throw misplaced(`${place}.${at}`, `${name} ${key} must come after ${before}`)
    }
  }
}
