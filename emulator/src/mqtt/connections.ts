import { identityKey, type Identity } from '../identity/identity-id.ts'
import type { Connection } from './connection.ts'

/**
 * The open connections. An identity has one connection; the next one replaces it
 * (docs/protocol/protocol.md §1.3).
 */
export class Connections {
  readonly #all = new Set<Connection>()
  readonly #byIdentity = new Map<string, Connection>()

  /** The number of connected identities. */
  get count(): number {
    return this.#byIdentity.size
  }

  all(): Iterable<Connection> {
    return this.#all
  }

  find(identity: Identity): Connection | undefined {
    return this.#byIdentity.get(identityKey(identity))
  }

  opened(connection: Connection): void {
    this.#all.add(connection)
  }

  /** Assigns the connection to its identity, and destroys the identity's previous connection. */
  identified(connection: Connection, identity: Identity): void {
    this.find(identity)?.destroy()
    this.#byIdentity.set(identityKey(identity), connection)
  }

  /** @returns whether this disconnects an identity; false after a takeover */
  closed(connection: Connection): boolean {
    this.#all.delete(connection)
    const { identity } = connection
    if (identity === undefined || this.find(identity) !== connection) return false
    return this.#byIdentity.delete(identityKey(identity))
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
