import * as v from 'valibot'
import { type CloudMessage, checkStored } from '../messages/cloud-message.ts'
import {
  type ConfigurationRecord,
  checkConfiguration,
  parseConfigurationRequest,
} from '../configurations/configuration.ts'
import { explain } from '../errors/explain-issue.ts'
import { Refusal } from '../errors/refusal.ts'
import { checkId } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import type { DeviceJob, JobRecord } from '../jobs/job.ts'
import type { PolicyKeys, PolicyName } from '../access/policies.ts'
import { checkIdentities } from './snapshot-identities.ts'
import { invalidSnapshot, within } from './snapshot-place.ts'
import { snapshotSchema } from './snapshot-schema.ts'

/** The stored state of a hub, with its keys, but without clock, certificates, and connections. */
export interface Snapshot {
  readonly format: 'hubtwin-emulator'
  readonly version: 1
  /** By the hub's clock. */
  readonly takenAt: string
  readonly policies: Readonly<Record<PolicyName, PolicyKeys>>
  readonly identities: readonly IdentityRecord[]
  readonly messages: readonly DeviceMessages[]
  readonly jobs: readonly JobHistory[]
  /** Absent in a snapshot of an older release. */
  readonly configurations?: readonly ConfigurationRecord[]
}

/** The waiting messages of a device. */
export interface DeviceMessages {
  readonly deviceId: string
  readonly queue: readonly CloudMessage[]
}

/** A job, and its result for each device. */
export interface JobHistory {
  readonly job: JobRecord
  readonly devices: readonly DeviceJob[]
}

/**
 * Checks a snapshot: the form of every record, and the relations between records.
 *
 * @throws Refusal ArgumentInvalid, with the path of the problem
 */
export function parseSnapshot(value: unknown): Snapshot {
  const result = v.safeParse(snapshotSchema, value)
  if (!result.success)
    throw new Refusal('ArgumentInvalid', `The snapshot cannot be restored: ${explain(result.issues)}`)
  // Not valibot's output, which would lose keys of a twin such as `__proto__`.
  const snapshot = value as Snapshot
  const generations = checkIdentities(snapshot.identities)
  checkMessages(snapshot.messages, generations)
  checkJobs(snapshot.jobs)
  checkConfigurations(snapshot.configurations ?? [])
  return snapshot
}

function checkMessages(messages: readonly DeviceMessages[], identities: ReadonlySet<string>): void {
  const seen = new Set<string>()
  for (const [at, { deviceId, queue }] of messages.entries()) {
    const place = `messages.${at}`
    if (!identities.has(deviceId)) throw invalidSnapshot(place, `there is no device ${deviceId}`)
    if (seen.has(deviceId)) throw invalidSnapshot(place, `duplicate device ${deviceId}`)
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
    if (seen.has(job.jobId)) throw invalidSnapshot(place, `duplicate job ${job.jobId}`)
    seen.add(job.jobId)
    within(place, () => devices.forEach(({ deviceId }) => checkId('deviceId', deviceId)))
    checkAscending(
      `${place}.devices`,
      devices.map(({ deviceId }) => deviceId),
      'deviceId',
    )
  }
}

function checkConfigurations(configurations: readonly ConfigurationRecord[]): void {
  const ids = new Set<string>()
  checkAscending(
    'configurations',
    configurations.map(({ number }) => number),
    'number',
  )
  for (const [at, record] of configurations.entries()) {
    const place = `configurations.${at}`
    if (ids.has(record.id)) throw invalidSnapshot(place, `duplicate configuration ${record.id}`)
    ids.add(record.id)
    within(place, () => {
      const { id, labels = {}, metrics } = record
      parseConfigurationRequest(id, { labels, metrics: { queries: metrics } })
      checkConfiguration(record)
    })
  }
}

/** Lists have the order of their stores, without duplicates; pagination relies on it. */
function checkAscending(place: string, keys: readonly (number | string)[], name: string): void {
  for (const [at, key] of keys.entries()) {
    const before = keys[at - 1]
    if (before !== undefined && before >= key) {
      throw invalidSnapshot(`${place}.${at}`, `${name} ${key} must come after ${before}`)
    }
  }
}
