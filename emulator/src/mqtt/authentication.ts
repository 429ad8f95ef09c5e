import type { RefusedConnect } from '../access/refused-connect.ts'
import type { Policies } from '../access/policies.ts'
import type { EarlyPackets } from '../faults/early-packets.ts'
import type { FaultSource } from '../faults/faults.ts'
import type { Context } from '../hub/context.ts'
import { type Connection, destroyConnection, isClean, isSubscribedFor } from './connection.ts'
import type { Connections } from './connections.ts'
import { type AcceptedSession, type ConnectContext, type ConnectRequest, decideConnect } from './decide-connect.ts'
import { recordConnected } from './presence.ts'
import { isIllFormed, telemetryBag } from './topics.ts'

export interface AuthenticationParts {
  readonly context: Context
  readonly connections: Connections
  readonly faults: FaultSource
  readonly early: EarlyPackets
  readonly hostName: string
  readonly policies: Policies
}

/**
 * Decides about a CONNECT, and opens the session of an accepted connection.
 *
 * Resolves to the return code of CONNACK. IoT Hub has a single code for every refusal, 5
 * (docs/protocol/protocol.md §1.5).
 */
export type Authenticate = (connection: Connection, request: ConnectRequest) => Promise<number>

interface Attempt {
  readonly clientId: string
  readonly connection: Connection
  readonly session: AcceptedSession
  readonly token: string | undefined
}

/** @returns the return code of a refusal, or undefined to go on with the next step */
type ConnectStep = (attempt: Attempt) => Promise<number | undefined> | number | undefined

const ACCEPTED = 0
const NOT_AUTHORIZED = 5

export function createAuthentication(parts: AuthenticationParts): Authenticate {
  const { context, connections, faults, early } = parts
  const connectContext = (): ConnectContext => ({
    hostName: parts.hostName,
    policies: parts.policies,
    now: context.clock(),
    find: (identity) => context.registry.latest(identity),
  })

  /** The steps after the check of the credentials, in order. */
  const steps: readonly ConnectStep[] = [
    checkExpireFault,
    checkWill,
    injectRefusal,
    refuseEarlyPackets,
    waitForThrottle,
    openSession,
  ]

  return async (connection, request) => {
    const verdict = decideConnect(request, connectContext())
    if (verdict.type === 'refused') return refuse(request.clientId, verdict.code)
    const attempt = { clientId: request.clientId, connection, session: verdict.session, token: request.password }
    for (const step of steps) {
      const code = await step(attempt)
      if (code !== undefined) return code
    }
    return ACCEPTED
  }

  function refuse(clientId: string, reason: RefusedConnect['reason'], code: number = NOT_AUTHORIZED): number {
    context.onRefusedConnect({ clientId, reason })
    return code
  }

  function checkExpireFault({ clientId, token }: Attempt): number | undefined {
    return faults.isExpired(token) ? refuse(clientId, 'expired') : undefined
  }

  function injectRefusal({ clientId, session: { identity } }: Attempt): number | undefined {
    const fault = faults.apply('refuse', { identity, operation: 'connect' })
    return fault && refuse(clientId, 'fault', fault.code)
  }

  async function refuseEarlyPackets({ connection, session }: Attempt): Promise<number | undefined> {
    if (!(await early.refuses(connection, session.identity))) return undefined
    destroyConnection(connection)
    return NOT_AUTHORIZED
  }

  async function waitForThrottle(): Promise<undefined> {
    await context.throttle.admit('connections')
  }

  async function openSession({ connection, session, token }: Attempt): Promise<number | undefined> {
    // The "close" event of a destroyed socket has fired already, so the session would never end.
    if (connection.stream.duplex.destroyed) return NOT_AUTHORIZED
    connection.session = session
    connection.token = token
    connection.connectedAt = context.clock()
    connection.subscriptions = isClean(connection)
      ? []
      : (context.registry.latest(session.identity)?.subscriptions ?? [])
    connection.resumesMessages = isSubscribedFor(connection, 'cloud-messages')
    const replaced = connections.find(session.identity)
    connections.identified(connection, session.identity)
    // At a takeover, the end of the first connection comes before the start of the second.
    if (replaced !== undefined) emitDisconnected(context, replaced)
    faults.silence(connection)
    await recordConnected(context, session)
    context.events.emit({ ...session.identity, type: 'connected', secure: connection.secure })
    return undefined
  }
}

/** The hub refuses a will that it could not publish. The behavior of IoT Hub is unknown. */
function checkWill({ connection: { will }, session: { identity } }: Attempt): number | undefined {
  if (will === undefined) return undefined
  const isPossible = will.qos !== 2 && !isIllFormed(will.topic) && telemetryBag(will.topic, identity) !== undefined
  return isPossible ? undefined : NOT_AUTHORIZED
}

export function emitDisconnected(context: Context, { session, secure }: Connection): void {
  if (session !== undefined) context.events.emit({ ...session.identity, type: 'disconnected', secure })
}
