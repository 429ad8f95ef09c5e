import { printable } from '../base/printable.ts'
import type { ProblemCode } from '../base/problem.ts'

/**
 * An action or a refusal of the token service. Holds no token, code, or key, and no text in which a
 * client could have hidden one.
 */
export interface AuditEvent {
  /** ISO 8601. */
  readonly time: string
  readonly event: 'enroll' | 'token' | 'renew' | 'request'
  readonly outcome: 'ok' | ProblemCode
  /** The reason, in more detail than the client gets. */
  readonly reason?: string
  /** The client's network address, if the server knows it. */
  readonly address?: string
  /** From a verified JWT. */
  readonly issuer?: string
  readonly subject?: string
  /** `jti` of a verified JWT. An operator can revoke it. */
  readonly tokenId?: string
  /** `jti` of the JWT that the service issued. An operator can revoke it. */
  readonly issuedTokenId?: string
  readonly deviceId?: string
}

/** Accepts an event. The service does not wait for it. */
export type Audit = (event: AuditEvent) => void

/**
 * Formats an event as a line of JSON, safe for a terminal and a log: tokens and clients supply its
 * text.
 */
export function auditLine(event: AuditEvent): string {
  return printable(JSON.stringify(event))
}
