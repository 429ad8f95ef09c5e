import { randomBytes } from 'node:crypto'
import { developmentOwnerKey } from '../development.ts'
import type { Policies, Policy, PolicyName } from '../rules/policies.ts'
import { policyRights } from '../rules/policies.ts'
import type { Store } from './open-store.ts'

const key = 'hub/policies'

interface PolicyKeys {
  readonly primaryKey: string
  readonly secondaryKey: string
}

/** The hub's policies. Their keys are made once and kept; only the owner's primary key is well known. */
export async function openPolicies(store: Store): Promise<Policies> {
  const kept = new Map<string, PolicyKeys>()
  for await (const [, value] of store.entries(key)) {
    for (const [name, keys] of Object.entries(value as Record<string, PolicyKeys>)) kept.set(name, keys)
  }
  const fresh = (): string => randomBytes(32).toString('base64')
  const policies = (Object.keys(policyRights) as PolicyName[]).map((name): Policy => {
    const made = { primaryKey: name === 'iothubowner' ? developmentOwnerKey : fresh(), secondaryKey: fresh() }
    const { primaryKey, secondaryKey } = kept.get(name) ?? made
    return { name, rights: policyRights[name], primaryKey, secondaryKey }
  })
  const keys = policies.map(({ name, primaryKey, secondaryKey }) => [name, { primaryKey, secondaryKey }] as const)
  if (kept.size < policies.length) await store.write([{ key, value: Object.fromEntries(keys) }])
  return new Map(policies.map((policy) => [policy.name, policy]))
}
