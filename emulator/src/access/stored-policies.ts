import { randomBytes } from 'node:crypto'
import { developmentOwnerKey } from '../hub/development-device.ts'
import type { Policies, Policy, PolicyKeys, PolicyName } from './policies.ts'
import { policyRights } from './policies.ts'
import type { Store, StoreChange } from '../store/store.ts'

const key = 'hub/policies'

/** The hub's policies, whose keys a snapshot may bring back. */
export interface StoredPolicies {
  readonly policies: Policies
  keys(): Readonly<Record<PolicyName, PolicyKeys>>
  /** What is to be stored for these keys. */
  changesFor(keys: Readonly<Record<PolicyName, PolicyKeys>>): StoreChange[]
  /** The keys of a snapshot take the place of all, in memory. */
  replaceAll(keys: Readonly<Record<PolicyName, PolicyKeys>>): void
}

/** The keys of the policies are made once and kept; only the owner's primary key is well known. */
export async function openPolicies(store: Store): Promise<StoredPolicies> {
  const kept = new Map<string, PolicyKeys>()
  for await (const [, value] of store.entries(key)) {
    for (const [name, keys] of Object.entries(value as Record<string, PolicyKeys>)) kept.set(name, keys)
  }
  const fresh = (): string => randomBytes(32).toString('base64')
  const names = Object.keys(policyRights) as PolicyName[]
  const policies = new Map<string, Policy>()

  function replaceAll(all: Readonly<Record<PolicyName, PolicyKeys>>): void {
    for (const name of names) {
      const { primaryKey, secondaryKey } = all[name]
      policies.set(name, { name, rights: policyRights[name], primaryKey, secondaryKey })
    }
  }

  const made = names.map((name): [PolicyName, PolicyKeys] => [
    name,
    kept.get(name) ?? { primaryKey: name === 'iothubowner' ? developmentOwnerKey : fresh(), secondaryKey: fresh() },
  ])
  const all = Object.fromEntries(made) as Record<PolicyName, PolicyKeys>
  replaceAll(all)
  const changesFor = (keys: Readonly<Record<PolicyName, PolicyKeys>>): StoreChange[] => [{ key, value: keys }]
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
