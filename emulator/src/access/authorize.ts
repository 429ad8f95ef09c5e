import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { bearerProblem } from './bearer.ts'
import { type Policies, type Policy, type Right, POLICY_RIGHTS } from './policies.ts'
import { Refusal } from '../errors/refusal.ts'
import { parseSas, verifySas } from './sas.ts'
import { socketOf } from '../http/peer.ts'

export interface Authority {
  readonly hostName: string
  readonly policies: Policies
  readonly clock: () => number
}

/**
 * Requires a token of a policy with at least one of the rights, or a Bearer token, which has all
 * rights. Refuses any other request with 401002 (docs/protocol/protocol.md §6.3).
 */
export function requires(authority: Authority, ...rights: readonly Right[]): MiddlewareHandler {
  return async (context, next) => {
    const granted = rightsOf(authority, context)
    if (!rights.some((right) => granted.includes(right))) throw missingRight(rights.join(' or '))
    await next()
  }
}

/**
 * Requires a token of a policy with every right, such as iothubowner.
 *
 * @throws Refusal IotHubUnauthorizedAccess
 */
export function checkOwner(authority: Authority, token: string | undefined): void {
  const policy = policyOf(authority, token)
  const missing = POLICY_RIGHTS.iothubowner.filter((right) => !policy?.rights.includes(right))
  if (missing.length > 0) throw missingRight(missing.join(' and '))
}

function rightsOf(authority: Authority, context: HonoContext): readonly Right[] {
  const authorization = context.req.header('authorization')
  const bearer = /^Bearer +(.*)$/i.exec(authorization ?? '')?.[1]
  if (bearer === undefined) return policyOf(authority, authorization)?.rights ?? []
  const problem = bearerProblem(bearer, socketOf(context).remoteAddress)
  if (problem !== undefined) throw new Refusal('IotHubUnauthorizedAccess', `Unauthorized: ${problem}`)
  return POLICY_RIGHTS.iothubowner
}

function policyOf({ hostName, policies, clock }: Authority, token: string | undefined): Policy | undefined {
  const sas = parseSas(token ?? '')
  const policy = policies.get(sas?.policyName ?? '')
  const keys = policy === undefined ? [] : [policy.primaryKey, policy.secondaryKey]
  const verdict = verifySas(sas, keys, hostName, clock())
  if (verdict.type === 'refused') throw new Refusal('IotHubUnauthorizedAccess', `Unauthorized: token ${verdict.code}`)
  return policy
}

function missingRight(rights: string): Refusal {
  return new Refusal('IotHubUnauthorizedAccess', `Unauthorized: the policy lacks the right ${rights}`)
}
