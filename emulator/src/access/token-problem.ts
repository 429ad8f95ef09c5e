import { shorten } from '../http/host.ts'
import type { Policies } from './policies.ts'
import type { SasRefusal, SharedAccessSignature } from './sas.ts'

/** The hub, its policies, and its time, for the check of a token. */
export interface TokenCheck {
  readonly hostName: string
  readonly policies: Policies
  readonly now: number
}

/**
 * Explains why a back end's token gives no access. Names the policy and the scope of the token,
 * never its signature. IoT Hub itself says only "Unauthorized".
 */
export function tokenProblem(
  code: SasRefusal,
  sas: Pick<SharedAccessSignature, 'resource' | 'policyName' | 'expiresAt'> | undefined,
  { hostName, policies, now }: TokenCheck,
): string {
  if (sas === undefined || code === 'malformed') {
    return 'the token is malformed; expected SharedAccessSignature sr=…&sig=…&se=…&skn=…'
  }
  if (code === 'expired') {
    return `the token expired at ${timeOf(sas.expiresAt)}; the time of the hub is ${timeOf(now)}`
  }
  if (code === 'wrong-scope') {
    return `the token is for ${shorten(sas.resource)}; expected ${hostName}, the name of this hub`
  }
  const { policyName } = sas
  if (policyName === undefined) {
    return 'the token names no policy (skn); expected the token of a policy, since the key of a device gives no access here'
  }
  return policies.has(policyName)
    ? `the key of the token is not a key of the policy ${policyName}`
    : `the hub has no policy ${shorten(policyName)}; expected ${[...policies.keys()].join(', ')}`
}

/** A token may state a time that no date can have. */
function timeOf(milliseconds: number): string {
  const time = new Date(milliseconds)
  return Number.isNaN(time.getTime()) ? 'an unknown time' : time.toISOString()
}
