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
 */
export interface Credentials {
  readonly identity: DeviceIdentity
  /** @param signal aborts when the twin no longer waits */
  token(signal?: AbortSignal): Promise<AccessToken>
  /** The hub refused the last token: return a different token next time. */
  invalidate?(): void
}
