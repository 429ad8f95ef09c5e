import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { bearerObstacle } from './bearer.ts'
import type { Policies, Policy, Right } from './policies.ts'
import { policyRights } from './policies.ts'
import { Refusal } from '../errors/refusal.ts'
import { parseSas, verifySas } from './sas.ts'
import { socketOf } from '../http/peer.ts'

export interface Authority {
  readonly hostName: string
  readonly policies: Policies
  readonly clock: () => number
}

/**
 * Lets a request pass that carries a token of a policy with one of the rights, or a Bearer token, which has all of them. Everything else is
 * 401002 (docs/protocol/protocol.md §6.3).
 */
export function requires(authority: Authority, ...rights: readonly Right[]): MiddlewareHandler {
  return async (context, next) => {
    const has = rightsOf(authority, context)
    if (!rights.some((right) => has.includes(right))) throw lacks(rights.join(' or '))
    await next()
  }
}

/** @throws Refusal IotHubUnauthorizedAccess unless the token is one of a policy with every right, as iothubowner is */
export function checkOwner(authority: Authority, token: string | undefined): void {
  const policy = policyOf(authority, token)
  const missing = policyRights.iothubowner.filter((right) => !policy?.rights.includes(right))
  if (missing.length > 0) throw lacks(missing.join(' and '))
}

function rightsOf(authority: Authority, context: HonoContext): readonly Right[] {
  const authorization = context.req.header('authorization')
  const bearer = /^Bearer +(.*)$/i.exec(authorization ?? '')?.[1]
  if (bearer === undefined) return policyOf(authority, authorization)?.rights ?? []
  const obstacle = bearerObstacle(bearer, socketOf(context).remoteAddress)
  if (obstacle !== undefined) throw new Refusal('IotHubUnauthorizedAccess', `Unauthorized: ${obstacle}`)
  return policyRights.iothubowner
}

function policyOf({ hostName, policies, clock }: Authority, token: string | undefined): Policy | undefined {
  const sas = parseSas(token ?? '')
  const policy = policies.get(sas?.policyName ?? '')
  const keys = policy === undefined ? [] : [policy.primaryKey, policy.secondaryKey]
  const verdict = verifySas(sas, keys, hostName, clock())
  if (verdict.type === 'refused') throw new Refusal('IotHubUnauthorizedAccess', `Unauthorized: token ${verdict.code}`)
  return policy
}

function lacks(rights: string): Refusal {
  return new Refusal('IotHubUnauthorizedAccess', `Unauthorized: the policy lacks the right ${rights}`)
}
