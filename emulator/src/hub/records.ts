import { type StoredPolicies, openPolicies } from '../access/stored-policies.ts'
import { Configurations } from '../configurations/stored-configurations.ts'
import { Registry } from '../identity/registry.ts'
import { Jobs } from '../jobs/stored-jobs.ts'
import { CloudMessageQueues } from '../messages/cloud-message-queues.ts'
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
  const registry = await Registry.load(store)
  shutdown.add(() => registry.idle())
  const jobs = await Jobs.load(store)
  shutdown.add(() => jobs.idle())
  const configurations = await Configurations.load(store)
  shutdown.add(() => configurations.idle())
  const messages = await CloudMessageQueues.load(
    store,
    (owner) => registry.find({ deviceId: owner.deviceId })?.generationId === owner.generationId,
  )
  shutdown.add(() => messages.idle())
  return { store, registry, jobs, configurations, messages, policies: await openPolicies(store) }
}
