import { type Credentials, keyCredentials, parseConnectionString, tokenCredentials } from 'hubtwin/light'
import type { TokenService } from '../../shared/token-service.ts'

/**
 * The input that lets this page connect as a device. It stays in memory. `makeAccess` turns it
 * into credentials.
 */
export type Grant =
  | { readonly type: 'connectionString'; readonly text: string }
  | { readonly type: 'service'; readonly service: TokenService }

export interface Access {
  readonly credentials: Credentials
  /** The address to connect to, if it is not the hub itself. */
  readonly endpoint?: string | undefined
  /** The secret that this page holds. */
  readonly holds: 'key' | 'token' | 'nothing'
}

/** @throws SyntaxError for a malformed connection string or identity */
export function makeAccess(grant: Grant): Access {
  if (grant.type === 'service') {
    const { service } = grant
    const { hostName, deviceId, endpoint } = service
    const credentials = tokenCredentials({ hostName, deviceId }, async (signal) => {
      const { fetchToken } = await import('../../shared/token-service.ts')
      return await fetchToken(service, signal)
    })
    return { credentials, endpoint, holds: 'nothing' }
  }
  const parsed = parseConnectionString(grant.text)
  const { identity, sharedAccessKey, sharedAccessKeyName, sharedAccessSignature, endpoint } = parsed
  if (sharedAccessKey === undefined) {
    const credentials = tokenCredentials(identity, () => Promise.resolve(sharedAccessSignature ?? ''))
    return { credentials, endpoint, holds: 'token' }
  }
  return { credentials: keyCredentials(identity, sharedAccessKey, { sharedAccessKeyName }), endpoint, holds: 'key' }
}
