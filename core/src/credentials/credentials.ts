import type { DeviceIdentity } from '../protocol/identity.ts'

/** The device's password for the hub. */
export interface AccessToken {
  /** `SharedAccessSignature sr=…&sig=…&se=…` */
  readonly password: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/**
 * A device's identity and its source of tokens. A twin asks it before every connection and every
 * renewal.
 * @example
 * ```ts
 * import { type AccessToken, type Credentials, type DeviceIdentity, openTwin } from 'hubtwin'
 *
 * declare const secureElement: { sign(identity: DeviceIdentity): Promise<string> }
 * const identity: DeviceIdentity = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }
 * const credentials: Credentials = {
 *   identity,
 *   async token(): Promise<AccessToken> {
 *     return { password: await secureElement.sign(identity), expiresAt: Date.now() + 3_600_000 }
 *   },
 * }
 * const twin = openTwin(credentials)
 * await twin.close()
 * ```
 */
export interface Credentials {
  readonly identity: DeviceIdentity
  /** @param signal aborts when the twin no longer waits */
  token(signal?: AbortSignal): Promise<AccessToken>
  /** The hub refused the last token: return a different token next time. */
  invalidate?(): void
}
