import { randomBytes } from 'node:crypto'
import { DEVELOPMENT_OWNER_KEY } from '../hub/development-device.ts'
import { type Policies, type Policy, type PolicyKeys, type PolicyName, POLICY_RIGHTS } from './policies.ts'
import type { Store, StoreChange } from '../store/store.ts'

const KEY = 'hub/policies'

/** The hub's shared access policies. A snapshot may replace their keys. */
export interface StoredPolicies {
  readonly policies: Policies
  keys(): Readonly<Record<PolicyName, PolicyKeys>>
  /** The store changes for a set of keys. */
  changesFor(keys: Readonly<Record<PolicyName, PolicyKeys>>): StoreChange[]
  /** Replaces all keys in memory. */
  replaceAll(keys: Readonly<Record<PolicyName, PolicyKeys>>): void
}

/**
 * Loads the policies, and generates their keys at the first start. Only the primary key of
 * iothubowner is well known.
 */
export async function openPolicies(store: Store): Promise<StoredPolicies> {
  const kept = new Map<string, PolicyKeys>()
  for await (const [, value] of store.entries(KEY)) {
    for (const [name, keys] of Object.entries(value as Record<string, PolicyKeys>)) kept.set(name, keys)
  }
  const newKey = (): string => randomBytes(32).toString('base64')
  const names = Object.keys(POLICY_RIGHTS) as PolicyName[]
  const policies = new Map<string, Policy>()

  function replaceAll(all: Readonly<Record<PolicyName, PolicyKeys>>): void {
    for (const name of names) {
      const { primaryKey, secondaryKey } = all[name]
      policies.set(name, { name, rights: POLICY_RIGHTS[name], primaryKey, secondaryKey })
    }
  }

  const loaded = names.map((name): [PolicyName, PolicyKeys] => [
    name,
    kept.get(name) ?? { primaryKey: name === 'iothubowner' ? DEVELOPMENT_OWNER_KEY : newKey(), secondaryKey: newKey() },
  ])
  const all = Object.fromEntries(loaded) as Record<PolicyName, PolicyKeys>
  replaceAll(all)
  const changesFor = (keys: Readonly<Record<PolicyName, PolicyKeys>>): StoreChange[] => [{ key: KEY, value: keys }]
  if (kept.size < names.length) await store.write(changesFor(all))
  return {
    policies,
    keys: () =>
      Object.fromEntries(
        [...policies].map(([name, { primaryKey, secondaryKey }]) => [name, { primaryKey, secondaryKey }]),
      ) as Record<PolicyName, PolicyKeys>,
    changesFor,
    replaceAll,
  }
}
