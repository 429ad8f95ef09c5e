import type { FaultSource } from '../faults/faults.ts'
import type { Context } from '../hub/context.ts'
import { noteConnected } from './presence.ts'
import type { AcceptedSession, ConnectContext, ConnectRequest } from './decide-connect.ts'
import { decideConnect } from './decide-connect.ts'
import type { Policies } from '../access/policies.ts'
import { isIllFormed, telemetryBag } from './topics.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import type { EarlyPackets } from '../faults/early-packets.ts'

export interface AuthenticationParts {
  readonly context: Context
  readonly connections: Connections
  readonly faults: FaultSource
  readonly early: EarlyPackets
  readonly hostName: string
  readonly policies: Policies
}

/**
 * Decides about a CONNECT, and gives the connection its session where it is accepted.
 *
 * Resolves with the code for CONNACK: 5 for whatever is wrong (docs/protocol/protocol.md §1.5).
 */
export type Authenticate = (connection: Connection, request: ConnectRequest) => Promise<number>

const accepted = 0
const notAuthorized = 5

export function createAuthentication(parts: AuthenticationParts): Authenticate {
  const { context, connections, faults, early } = parts
  const connectContext = (): ConnectContext => ({
    hostName: parts.hostName,
    policies: parts.policies,
    now: context.clock(),
    find: (identity) => context.registry.latest(identity),
  })

  async function open(connection: Connection, session: AcceptedSession, password: string | undefined): Promise<void> {
    connection.session = session
    connection.token = password
    connection.connectedAt = context.clock()
    connection.subscriptions = connection.isClean
      ? []
      : (context.registry.latest(session.identity)?.subscriptions ?? [])
    const replaced = connections.find(session.identity)
    connections.identified(connection, session.identity)
    if (replaced !== undefined) tellGone(context, replaced)
    faults.silence(connection)
    await noteConnected(context, session)
    context.events.emit({ ...session.identity, type: 'connected', secure: connection.secure })
  }

  return async (connection, request) => {
    const { password } = request
    const verdict = decideConnect(request, connectContext())
    if (verdict.type === 'refused' || faults.isExpired(password)) return notAuthorized
    const { session } = verdict
    if (!isWillPossible(connection, session)) return notAuthorized
    const fault = faults.strike('refuse-connect', session)
    if (fault !== undefined) return fault.code ?? notAuthorized
    if (await early.refused(connection, session)) {
      connection.destroy()
      return notAuthorized
    }
    const turn = context.throttle.admit('connections')
    if (turn !== undefined) await turn
    // Its "close" event has already fired, so the session would never end.
    if (connection.socket.destroyed) return notAuthorized
    await open(connection, session, password)
    return accepted
  }
}

/** The hub could never tell such a will, so it refuses the CONNECT. The behavior of the real hub is not known. */
function isWillPossible({ will }: Connection, { identity }: AcceptedSession): boolean {
  if (will === undefined) return true
  return will.qos !== 2 && !isIllFormed(will.topic) && telemetryBag(will.topic, identity) !== undefined
}

/** Tells that a connection is gone. A take-over tells it before the new connection. */
export function tellGone(context: Context, { identity, secure }: Connection): void {
  if (identity !== undefined) context.events.emit({ ...identity, type: 'disconnected', secure })
}
