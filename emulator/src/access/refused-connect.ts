import type { SasRefusal } from './sas.ts'

/** The reason for refusing a CONNECT. */
export type ConnectRefusal =
  | SasRefusal
  | 'bad-user-name'
  | 'wrong-host'
  | 'wrong-client-id'
  | 'unknown-identity'
  | 'disabled'
  | 'unknown-policy'
  | 'no-right'
  | 'no-password'

/** A CONNECT that the hub refused. */
export interface RefusedConnect {
  /** As the client sent it: not verified, and of any length. */
  readonly clientId: string
  /** `fault` means an injected fault. */
  readonly reason: ConnectRefusal | 'fault'
}
