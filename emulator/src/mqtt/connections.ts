import type { Identity } from '../identity/identity-id.ts'
import { identityKey } from '../identity/identity-id.ts'
import type { Connection } from './connection.ts'

/** Who is connected. One connection an identity: the next one drops the one before (docs/protocol/protocol.md §1.3). */
export class Connections {
  readonly #all = new Set<Connection>()
  readonly #byIdentity = new Map<string, Connection>()

  get count(): number {
    return this.#byIdentity.size
  }

  all(): Iterable<Connection> {
    return this.#all
  }

  find(identity: Identity): Connection | undefined {
    return this.#byIdentity.get(identityKey(identity))
  }

  /** Whether this is still the connection of its identity. */
  isCurrent(connection: Connection): boolean {
    return connection.identity !== undefined && this.find(connection.identity) === connection
  }

  opened(connection: Connection): void {
    this.#all.add(connection)
  }

  identified(connection: Connection, identity: Identity): void {
    this.find(identity)?.destroy()
    this.#byIdentity.set(identityKey(identity), connection)
  }

  /** @returns whether the identity has lost its connection by this */
  closed(connection: Connection): boolean {
    this.#all.delete(connection)
    if (connection.identity === undefined || !this.isCurrent(connection)) return false
    return this.#byIdentity.delete(identityKey(connection.identity))
  }
}
