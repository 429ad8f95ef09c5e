import type { Identity } from '../identity/identity-id.ts'
import type { Connection } from './connection.ts'

/** A device that is connected. */
export interface ConnectionInfo extends Identity {
  readonly secure: boolean
  /** Milliseconds since 1970, by the hub's clock. */
  readonly connectedAt: number
  readonly tokenExpiresAt: number
  readonly subscriptions: readonly string[]
}

/** Those that have a session. */
export function connectionInfo(connections: Iterable<Connection>): ConnectionInfo[] {
  return [...connections].flatMap(({ session, secure, connectedAt, subscriptions }) => {
    if (session === undefined) return []
    const filters = subscriptions.map(({ filter }) => filter)
    return [{ ...session.identity, secure, connectedAt, tokenExpiresAt: session.expiresAt, subscriptions: filters }]
  })
}
