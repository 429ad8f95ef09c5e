import * as v from 'valibot'
import { checkStoredMessage } from './cloud-message.ts'
import type { CloudMessage } from './cloud-message.ts'
import { explain } from './explain.ts'
import { checkId, identityKey } from './identity-id.ts'
import type { IdentityRecord } from './identity.ts'
import type { DeviceJob, JobRecord } from './job.ts'
import type { Json } from './json.ts'
import { isObject } from './json.ts'
import { checkValues } from './limits.ts'
import type { PolicyKeys, PolicyName } from './policies.ts'
import { Refusal } from './refusal.ts'
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

/** As deep as the metadata of the deepest twin. */
const maxMetadataDepth = 11

/**
 * Reads a snapshot that comes from outside: the shape of every record, and what holds between them.
 *
 * @throws Refusal ArgumentInvalid, with the place
 */
export function parseSnapshot(value: unknown): Snapshot {
  const result = v.safeParse(snapshotSchema, value)
  if (!result.success) throw refused(`The snapshot cannot be restored: ${explain(result.issues)}`)
  // The value itself: no key of a twin, `__proto__` included, may be lost on the way.
  const snapshot = value as Snapshot
  const generations = checkIdentities(snapshot.identities)
  checkMessages(snapshot.messages, generations)
  checkJobs(snapshot.jobs)
  return snapshot
}

function checkIdentities(identities: readonly IdentityRecord[]): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const [at, record] of identities.entries()) {
    const { deviceId, moduleId, twin } = record
    const place = `identities.${at}`
    within(place, () => {
      checkId('deviceId', deviceId)
      if (moduleId !== undefined) checkId('moduleId', moduleId)
      checkValues('tags', twin.tags)
      checkValues('desired', twin.desired.value)
      checkValues('reported', twin.reported.value)
    })
    checkMetadata(`${place}.twin.desired.metadata`, twin.desired.metadata, 0)
    checkMetadata(`${place}.twin.reported.metadata`, twin.reported.metadata, 0)
    const key = identityKey(record)
    if (keys.has(key)) throw misplaced(place, `${key} is there twice`)
    keys.add(key)
  }
  for (const [at, { deviceId, moduleId }] of identities.entries()) {
    if (moduleId !== undefined && !keys.has(deviceId)) {
      throw misplaced(`identities.${at}`, `the module ${moduleId} has no device ${deviceId}`)
    }
  }
  return keys
}

function checkMetadata(place: string, node: Json, depth: number): void {
  if (!isObject(node) || depth > maxMetadataDepth) throw misplaced(place, 'is no metadata')
  const { $lastUpdated, $lastUpdatedVersion, ...rest } = node
  if (typeof $lastUpdated !== 'string') throw misplaced(`${place}.$lastUpdated`, 'must be a text')
  if ($lastUpdatedVersion !== undefined && !Number.isSafeInteger($lastUpdatedVersion)) {
    throw misplaced(`${place}.$lastUpdatedVersion`, 'must be a whole number')
  }
  for (const [key, child] of Object.entries(rest)) checkMetadata(`${place}.${key}`, child, depth + 1)
}

function checkMessages(messages: readonly DeviceMessages[], identities: ReadonlySet<string>): void {
  const seen = new Set<string>()
  for (const [at, { deviceId, queue }] of messages.entries()) {
    const place = `messages.${at}`
    if (!identities.has(deviceId)) throw misplaced(place, `there is no device ${deviceId}`)
    if (seen.has(deviceId)) throw misplaced(place, `${deviceId} is there twice`)
    seen.add(deviceId)
    checkAscending(
      `${place}.queue`,
      queue.map(({ sequenceNumber }) => sequenceNumber),
      'sequenceNumber',
    )
    for (const [index, message] of queue.entries()) {
      within(`${place}.queue.${index}`, () => checkStoredMessage({ deviceId }, message))
    }
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

function within(place: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    throw misplaced(place, error instanceof Error ? error.message : String(error))
  }
}

function misplaced(place: string, what: string): Refusal {
  return refused(`The snapshot cannot be restored: ${place}: ${what}`)
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
