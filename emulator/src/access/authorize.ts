import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { bearerProblem } from './bearer.ts'
import { type Policies, type Policy, type Right, POLICY_RIGHTS } from './policies.ts'
import { Refusal } from '../errors/refusal.ts'
import { parseSas, verifySas } from './sas.ts'
import { tokenProblem } from './token-problem.ts'
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

/**
 * Checks the token of a request that needs none. A token of any policy is right, and an expired
 * token too: the clock of the hub may be ahead, and such a request may set it back.
 *
 * @throws Refusal IotHubUnauthorizedAccess if the request has a token, and it is wrong
 */
export function checkGivenToken(authority: Authority, context: HonoContext): void {
  const authorization = context.req.header('authorization') ?? ''
  if (/^(SharedAccessSignature|Bearer) /i.test(authorization)) rightsOf({ ...authority, clock: () => 0 }, context)
}

function rightsOf(authority: Authority, context: HonoContext): readonly Right[] {
  const authorization = context.req.header('authorization')
  const bearer = /^Bearer +(.*)$/i.exec(authorization ?? '')?.[1]
  if (bearer === undefined) return policyOf(authority, authorization)?.rights ?? []
  const problem = bearerProblem(bearer, socketOf(context).remoteAddress)
  if (problem !== undefined) throw unauthorized(problem)
  return POLICY_RIGHTS.iothubowner
}

function policyOf({ hostName, policies, clock }: Authority, token: string | undefined): Policy | undefined {
  if (!token) throw unauthorized('the request has no token; expected a header Authorization')
  const sas = parseSas(token)
  const policy = policies.get(sas?.policyName ?? '')
  const keys = policy === undefined ? [] : [policy.primaryKey, policy.secondaryKey]
  const now = clock()
  const verdict = verifySas(sas, keys, hostName, now)
  if (verdict.type === 'refused') throw unauthorized(tokenProblem(verdict.code, sas, { hostName, policies, now }))
  return policy
}

function missingRight(rights: string): Refusal {
  return unauthorized(`the policy lacks the right ${rights}`)
}

/** The word in front is IoT Hub's own message. */
function unauthorized(reason: string): Refusal {
  return new Refusal('IotHubUnauthorizedAccess', `Unauthorized: ${reason}`)
}
