import { type StoredPolicies, openPolicies } from '../access/stored-policies.ts'
import { type Configurations, openConfigurations } from '../configurations/stored-configurations.ts'
import { type Registry, openRegistry } from '../identity/registry.ts'
import { type Jobs, openJobs } from '../jobs/stored-jobs.ts'
import { type CloudMessageQueues, openCloudMessageQueues } from '../messages/cloud-message-queues.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import type { Shutdown } from './shutdown.ts'

/** The stored state of a hub. */
export interface Records {
  readonly store: Store
  readonly registry: Registry
  readonly jobs: Jobs
  readonly configurations: Configurations
  readonly messages: CloudMessageQueues
  readonly policies: StoredPolicies
}

/**
 * Opens the store and loads its records. At shutdown, pending writes finish before the store
 * closes.
 *
 * @throws Error if another process has the data folder open
 */
export async function openRecords(dataFolder: string | undefined, shutdown: Shutdown): Promise<Records> {
  const store = await openStore(dataFolder)
  shutdown.add(() => store.close())
  const registry = await openRegistry(store)
  shutdown.add(() => registry.idle())
  const jobs = await openJobs(store)
  shutdown.add(() => jobs.idle())
  const configurations = await openConfigurations(store)
  shutdown.add(() => configurations.idle())
  const messages = await openCloudMessageQueues(
    store,
    (owner) => registry.find({ deviceId: owner.deviceId })?.generationId === owner.generationId,
  )
  shutdown.add(() => messages.idle())
  return { store, registry, jobs, configurations, messages, policies: await openPolicies(store) }
}
