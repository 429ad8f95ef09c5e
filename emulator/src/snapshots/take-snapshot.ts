import { isFinished } from '../jobs/job.ts'
import type { JsonObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'
import { type Snapshot, parseSnapshot } from './snapshot.ts'
import { invalidSnapshot, within } from './snapshot-place.ts'
import { JOB_LIMITS } from '../jobs/stored-jobs.ts'
import type { Store, StoreChange } from '../store/store.ts'
import type { StoredPolicies } from '../access/stored-policies.ts'
import type { Context } from '../hub/context.ts'
import { checkWork } from '../jobs/jobs.ts'

export interface SnapshotParts {
  readonly context: Context
  readonly store: Store
  readonly policies: StoredPolicies
}

/** Copies the stored state as JSON. */
export function takeSnapshot({ context, policies }: SnapshotParts): JsonObject {
  const { registry, messages, jobs, configurations, clock } = context
  const snapshot: Snapshot = {
    format: 'hubtwin-emulator',
    version: 1,
    takenAt: new Date(clock()).toISOString(),
    policies: policies.keys(),
    identities: registry.all(),
    messages: messages.owners().flatMap((owner) => {
      const exists = registry.find({ deviceId: owner.deviceId })?.generationId === owner.generationId
      return exists ? [{ deviceId: owner.deviceId, queue: messages.read(owner) }] : []
    }),
    jobs: Array.from(jobs.all(), (job) => ({ job, devices: [...jobs.devicesOf(job.jobId)] })),
    configurations: configurations.all(),
  }
  return structuredClone(snapshot) as unknown as JsonObject
}

/** Copies and checks a snapshot. @throws Refusal ArgumentInvalid, with the path of the problem */
export function readSnapshot(value: unknown): Snapshot {
  const snapshot = parseSnapshot(copyOf(value))
  const unfinished = snapshot.jobs.filter(({ job }) => !isFinished(job)).length
  if (unfinished > JOB_LIMITS.unfinished) {
    throw invalidSnapshot('jobs', `at most ${JOB_LIMITS.unfinished} jobs may wait or run, not ${unfinished}`)
  }
  for (const [at, { job }] of snapshot.jobs.entries()) {
    within(`jobs.${at}`, () => checkWork(job))
  }
  return snapshot
}

/**
 * Copies a value as JSON, as if it came over HTTP. Later changes by the caller have no effect.
 *
 * @throws Refusal ArgumentInvalid
 */
function copyOf(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null')
  } catch {
    throw invalidSnapshot('The value', 'must be JSON')
  }
}

/**
 * Replaces the stored state with a snapshot, or changes nothing. Jobs must not run. Meanwhile, all
 * other writes fail with ServiceUnavailable.
 *
 * @param handleRestored called at the moment when the new state replaces the old
 * @throws Refusal ServiceUnavailable if the store fails; then nothing has changed
 */
export async function restoreSnapshot(
  parts: SnapshotParts,
  snapshot: Snapshot,
  handleRestored: () => void,
): Promise<void> {
  const { context, store, policies } = parts
  const { registry, messages, jobs, configurations } = context
  const owners = new Map(
    snapshot.identities.filter(({ moduleId }) => moduleId === undefined).map((record) => [record.deviceId, record]),
  )
  const queues = snapshot.messages.flatMap(({ deviceId, queue }) => {
    const owner = owners.get(deviceId)
    return owner === undefined ? [] : [[owner, queue] as const]
  })
  const changes: StoreChange[] = [
    ...policies.changesFor(snapshot.policies),
    ...registry.changesFor(snapshot.identities),
    ...queues.flatMap(([owner, queue]) => messages.changesFor(owner, queue)),
    ...snapshot.jobs.flatMap(({ job, devices }) => jobs.changesFor(job, devices)),
    ...configurations.changesFor(snapshot.configurations ?? []),
  ]
  const writers = [registry.writes, messages.writes, jobs.writes, configurations.writes]
  try {
    await Promise.all(writers.map((writes) => writes.suspend()))
    await store.replace(changes)
    policies.replaceAll(snapshot.policies)
    registry.replaceAll(snapshot.identities)
    messages.replaceAll(queues)
    jobs.replaceAll(snapshot.jobs.map(({ job, devices }) => [job, devices] as const))
    configurations.replaceAll(snapshot.configurations ?? [])
    handleRestored()
  } catch (error) {
    throw new Refusal('ServiceUnavailable', 'The hub could not store the snapshot', { cause: error })
  } finally {
    for (const writes of writers) writes.resume()
  }
}
