import { once } from 'node:events'
import type { FaultSource } from './faults.ts'
import type { AcceptedSession } from '../mqtt/decide-connect.ts'
import type { Connection } from '../mqtt/connection.ts'

/** How long the hub waits for a packet that a fault is about. A client that pipelines has sent it long before. */
const waitInMs = 1000

/** The faults of packets that a client sends before the hub has answered the packet before them (MQTT 3.1.1 §3.1.4). */
export interface EarlyPackets {
  /** Resolves with whether the connection has to close because a packet has come before CONNACK. */
  refused(connection: Connection, session: AcceptedSession): Promise<boolean>
  /**
   * Lets a GET overtake the SUBSCRIBE for its answer. Resolves once one has, or none has come in time.
   *
   * @returns undefined without such a fault
   */
  overtaken(connection: Connection): Promise<void> | undefined
}

export function createEarlyPackets(faults: FaultSource): EarlyPackets {
  async function awaitGet(connection: Connection): Promise<void> {
    if (await happens(connection, 'get-unheard')) faults.strike('lose-early-get', connection)
  }

  return {
    async refused(connection, session) {
      if (!faults.isSet('refuse-early-packet', session)) return false
      if (!connection.socket.hasEarlyPackets && !(await happens(connection, 'early'))) return false
      return faults.strike('refuse-early-packet', session) !== undefined
    },
    overtaken(connection) {
      if (connection.isSubscribedFor('twin-answers') || !faults.isSet('lose-early-get', connection)) return undefined
      return awaitGet(connection)
    },
  }
}

async function happens({ socket }: Connection, event: 'early' | 'get-unheard'): Promise<boolean> {
  try {
    await once(socket, event, { signal: AbortSignal.timeout(waitInMs) })
    return true
  } catch {
    // Out of time, or the socket has failed.
    return false
  }
}
