import { printable } from '../base/printable.ts'
import type { ProblemCode } from '../base/problem.ts'

/** One thing that the token service did or refused. No token, code or key is in it, nor anything that a client may have put one into. */
export interface AuditEvent {
  /** ISO 8601. */
  readonly time: string
  readonly event: 'enrol' | 'token' | 'renew' | 'request'
  readonly outcome: 'ok' | ProblemCode
  /** Why, in more detail than the client is told. */
  readonly reason?: string
  /** The network address of the client, where the server knows it. */
  readonly address?: string
  /** Of a JWT that was checked. */
  readonly issuer?: string
  readonly subject?: string
  /** `jti` of a JWT that was checked, which can be revoked by it. */
  readonly tokenId?: string
  /** `jti` of the JWT that the service issued, which can be revoked by it. */
  readonly issuedTokenId?: string
  readonly deviceId?: string
}

/** Takes events one by one; a service waits for none of them. */
export type Audit = (event: AuditEvent) => void

/** An event as one line of JSON that is safe in a terminal and a log: the text in it comes from tokens and clients. */
export function auditLine(event: AuditEvent): string {
  return printable(JSON.stringify(event))
}
