import { identityKey, type Identity } from '../identity/identity-id.ts'
import { type Connection, destroyConnection } from './connection.ts'

/**
 * The open connections. An identity has one connection; the next one replaces it
 * (docs/protocol/protocol.md §1.3).
 */
export interface Connections {
  /** The number of connected identities. */
  readonly count: number
  all(): Iterable<Connection>
  find(identity: Identity): Connection | undefined
  opened(connection: Connection): void
  /** Assigns the connection to its identity, and destroys the identity's previous connection. */
  identified(connection: Connection, identity: Identity): void
  /** @returns whether this disconnects an identity; false after a takeover */
  closed(connection: Connection): boolean
}

export function createConnections(): Connections {
  const all = new Set<Connection>()
  const byIdentity = new Map<string, Connection>()
  const find = (identity: Identity): Connection | undefined => byIdentity.get(identityKey(identity))

  return {
    get count() {
      return byIdentity.size
    },
    all: () => all,
    find,
    opened: (connection) => void all.add(connection),
    identified(connection, identity) {
      const replaced = find(identity)
      if (replaced !== undefined) destroyConnection(replaced)
      byIdentity.set(identityKey(identity), connection)
    },
    closed(connection) {
      all.delete(connection)
      const identity = connection.session?.identity
      if (identity === undefined || find(identity) !== connection) return false
      return byIdentity.delete(identityKey(identity))
    },
  }
}

/**
 * A connected device or module.
 * @example
 * ```ts
 * import { type ConnectionInfo, startHub } from 'hubtwin-emulator'
 *
 * const textOf = ({ deviceId, secure, connectedAt }: ConnectionInfo): string =>
 *   `${deviceId} since ${new Date(connectedAt).toISOString()} ${secure ? 'with' : 'without'} TLS`
 *
 * const hub = await startHub()
 * console.log(hub.connections().map(textOf))
 * await hub.close()
 * ```
 */
export interface ConnectionInfo extends Identity {
  readonly secure: boolean
  /** Milliseconds since 1970, by the hub's clock. */
  readonly connectedAt: number
  /** Milliseconds since 1970. */
  readonly tokenExpiresAt: number
  /** Topic filters. */
  readonly subscriptions: readonly string[]
}

/** Describes the connections that have a session. */
export function connectionInfo(connections: Iterable<Connection>): ConnectionInfo[] {
  return [...connections].flatMap(({ session, secure, connectedAt, subscriptions }) => {
    if (session === undefined) return []
    const filters = subscriptions.map(({ filter }) => filter)
    return [{ ...session.identity, secure, connectedAt, tokenExpiresAt: session.expiresAt, subscriptions: filters }]
  })
}
