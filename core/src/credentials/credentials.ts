import type { DeviceIdentity } from '../protocol/identity.ts'

/** What a device shows the hub. */
export interface AccessToken {
  /** `SharedAccessSignature sr=…&sig=…&se=…` */
  readonly password: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** Who the device is, and how it gets the right to say so. Asked before every connection and before every renewal. */
export interface Credentials {
  readonly identity: DeviceIdentity
  /** @param signal aborts when nobody waits any longer */
  token(signal?: AbortSignal): Promise<AccessToken>
  /** The hub refused the last token: give another one next time. */
  invalidate?(): void
}
