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

/**
 * A CONNECT that the hub refused.
 * @example
 * ```ts
 * import { type ConnectRefusal, type RefusedConnect, startHub } from 'hubtwin-emulator'
 *
 * const reasons = new Set<ConnectRefusal | 'fault'>()
 * const remember = ({ reason }: RefusedConnect): void => void reasons.add(reason)
 * const hub = await startHub({ onRefusedConnect: remember })
 * await hub.close()
 * ```
 */
export interface RefusedConnect {
  /** As the client sent it: not verified, and of any length. */
  readonly clientId: string
  /** `fault` means an injected fault. */
  readonly reason: ConnectRefusal | 'fault'
}
