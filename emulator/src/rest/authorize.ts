import type { MiddlewareHandler } from 'hono'
import type { Policies, Right } from '../rules/policies.ts'
import { Refusal } from '../rules/refusal.ts'
import { parseSas, verifySas } from '../rules/sas.ts'

export interface Authority {
  readonly hostName: string
  readonly policies: Policies
  readonly clock: () => number
}

/** Lets a request pass that carries a token of a policy with one of the rights. Everything else is 401002 (protocol sheet 6.3). */
export function requires(authority: Authority, ...rights: readonly Right[]): MiddlewareHandler {
  return async (context, next) => {
    checkRight(authority, context.req.header('authorization'), rights)
    await next()
  }
}

function checkRight(
  { hostName, policies, clock }: Authority,
  token: string | undefined,
  rights: readonly Right[],
): void {
  const sas = parseSas(token ?? '')
  const policy = policies.get(sas?.policyName ?? '')
  const keys = policy === undefined ? [] : [policy.primaryKey, policy.secondaryKey]
  const verdict = verifySas(sas, keys, hostName, clock())
  if (verdict.type === 'refused') throw new Refusal('IotHubUnauthorizedAccess', `Unauthorized: token ${verdict.code}`)
  if (!rights.some((right) => policy?.rights.includes(right))) {
    throw new Refusal('IotHubUnauthorizedAccess', `Unauthorized: the policy lacks the right ${rights.join(' or ')}`)
  }
}
