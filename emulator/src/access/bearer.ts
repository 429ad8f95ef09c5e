import { isLoopback } from '../http/loopback.ts'
import { isObject } from '../formats/json.ts'

/**
 * Checks a token of Microsoft Entra ID, which the SDKs send for `fromTokenCredential`. A local hub
 * has no tenant. So it accepts any well-formed JSON Web Token (RFC 7519 §3) from this machine, and
 * ignores its signature and claims.
 *
 * @param token the text after `Bearer`
 * @returns the problem with the token, or undefined
 */
export function bearerProblem(token: string, remoteAddress: string): string | undefined {
  if (!isLoopback(remoteAddress)) {
    return 'the hub accepts Bearer tokens only from its own machine; use a shared access signature'
  }
  const [header, payload, signature, ...rest] = token.split('.')
  const isWellFormed = isJsonPart(header) && isJsonPart(payload) && isBase64url(signature) && rest.length === 0
  return isWellFormed ? undefined : 'the Bearer token is not a JSON Web Token'
}

function isJsonPart(part: string | undefined): boolean {
  if (!isBase64url(part)) return false
  try {
    return isObject(JSON.parse(Buffer.from(part, 'base64url').toString()))
  } catch {
    return false
  }
}

function isBase64url(part: string | undefined): part is string {
  return part !== undefined && /^[\w-]+$/.test(part)
}
