import { isFinished } from '../jobs/job.ts'
import type { JsonObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'
import type { Snapshot } from './snapshot.ts'
import { misplaced, refusedSnapshot, within } from './snapshot-place.ts'
import { parseSnapshot } from './snapshot.ts'
import { CloudMessageQueues } from '../messages/cloud-message-queues.ts'
import { jobLimits, Jobs } from '../jobs/stored-jobs.ts'
import type { Store, StoreChange } from '../store/store.ts'
import type { StoredPolicies } from '../access/stored-policies.ts'
import { Registry } from '../identity/registry.ts'
import type { Context } from '../hub/context.ts'
import { checkWork } from '../jobs/jobs.ts'

export interface SnapshotParts {
  readonly context: Context
  readonly store: Store
  readonly policies: StoredPolicies
}

/** All that is stored now, as JSON that is nobody else's. */
export function takeSnapshot({ context, policies }: SnapshotParts): JsonObject {
  const { registry, messages, jobs, clock } = context
  const snapshot: Snapshot = {
    format: 'hubtwin-emulator',
    version: 1,
    takenAt: new Date(clock()).toISOString(),
    policies: policies.keys(),
    identities: registry.all(),
    messages: messages.owners().flatMap((owner) => {
      const isThere = registry.find({ deviceId: owner.deviceId })?.generationId === owner.generationId
      return isThere ? [{ deviceId: owner.deviceId, queue: messages.read(owner) }] : []
    }),
    jobs: Array.from(jobs.all(), (job) => ({ job, devices: [...jobs.devicesOf(job.jobId)] })),
  }
  return structuredClone(snapshot) as unknown as JsonObject
}

/** A snapshot that comes from outside, copied. @throws Refusal ArgumentInvalid, with the place */
export function readSnapshot(value: unknown): Snapshot {
  const snapshot = parseSnapshot(copyOf(value))
  const unfinished = snapshot.jobs.filter(({ job }) => !isFinished(job)).length
  if (unfinished > jobLimits.unfinished) {
    throw misplaced('jobs', `at most ${jobLimits.unfinished} jobs may wait or run, and here are ${unfinished}`)
  }
  for (const [at, { job }] of snapshot.jobs.entries()) {
    within(`jobs.${at}`, () => checkWork(job))
  }
  return snapshot
}

/** As it would come over HTTP: JSON of bounded depth, which nobody else can change. @throws Refusal ArgumentInvalid */
function copyOf(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null')
  } catch {
    throw refusedSnapshot('The value: must be JSON')
  }
}

/**
 * A snapshot takes the place of all that is stored, whole or not at all. Nothing may be written meanwhile but by this, so who writes is told to
 * come again; and jobs must not run.
 *
 * @param swapped called in the moment in which the old state is no more
 * @throws Refusal ServiceUnavailable where the store fails; then nothing has changed
 */
export async function restoreSnapshot(parts: SnapshotParts, snapshot: Snapshot, swapped: () => void): Promise<void> {
  const { context, store, policies } = parts
  const { registry, messages, jobs } = context
  const owners = new Map(
    snapshot.identities.filter(({ moduleId }) => moduleId === undefined).map((record) => [record.deviceId, record]),
  )
  const queues = snapshot.messages.flatMap(({ deviceId, queue }) => {
    const owner = owners.get(deviceId)
    return owner === undefined ? [] : [[owner, queue] as const]
  })
  const changes: StoreChange[] = [
    ...policies.changesFor(snapshot.policies),
    ...Registry.changesFor(snapshot.identities),
    ...queues.flatMap(([owner, queue]) => CloudMessageQueues.changesFor(owner, queue)),
    ...snapshot.jobs.flatMap(({ job, devices }) => Jobs.changesFor(job, devices)),
  ]
  const writers = [registry.writes, messages.writes, jobs.writes]
  try {
    await Promise.all(writers.map((writes) => writes.suspend()))
    await store.replace(changes)
    policies.replaceAll(snapshot.policies)
    registry.replaceAll(snapshot.identities)
    messages.replaceAll(queues)
    jobs.replaceAll(snapshot.jobs.map(({ job, devices }) => [job, devices] as const))
    swapped()
  } catch (error) {
    throw new Refusal('ServiceUnavailable', 'The hub could not store the snapshot', { cause: error })
  } finally {
    for (const writes of writers) writes.resume()
  }
}
