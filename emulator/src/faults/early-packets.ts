import { once } from 'node:events'
import type { Identity } from '../identity/identity-id.ts'
import { type Connection, isSubscribedFor } from '../mqtt/connection.ts'
import { hasEarlyPackets } from '../mqtt/packet-stream.ts'
import type { FaultSource } from './faults.ts'

/** How long the hub waits for an early packet. A client that pipelines sends it much sooner. */
const WAIT_IN_MS = 1000

/**
 * Faults of early packets: packets that a client sends before the hub has acknowledged its CONNECT
 * or SUBSCRIBE (MQTT 3.1.1 §3.1.4).
 */
export interface EarlyPackets {
  /** Resolves to whether a fault closes the connection because of a packet before CONNACK. */
  refuses(connection: Connection, identity: Identity): Promise<boolean>
  /**
   * Lets a GET overtake the SUBSCRIBE for its response, as in a hub that handles packets in
   * parallel. Resolves after the GET, or when no GET arrives in time.
   *
   * @returns undefined without such a fault
   */
  letGetOvertake(connection: Connection): Promise<void> | undefined
}

export function createEarlyPackets(faults: FaultSource): EarlyPackets {
  async function awaitGet(connection: Connection): Promise<void> {
    if (await emitsInTime(connection, 'get-unheard')) {
      faults.apply('lose', { identity: connection.session?.identity, operation: 'early-get' })
    }
  }

  return {
    async refuses(connection, identity) {
      const occasion = { identity, operation: 'early-packet' } as const
      if (!faults.isSet('refuse', occasion)) return false
      if (!hasEarlyPackets(connection.stream) && !(await emitsInTime(connection, 'early'))) return false
      return faults.apply('refuse', occasion) !== undefined
    },
    letGetOvertake(connection) {
      const identity = connection.session?.identity
      const isPossible = !isSubscribedFor(connection, 'twin-responses')
      if (!isPossible || !faults.isSet('lose', { identity, operation: 'early-get' })) return undefined
      return awaitGet(connection)
    },
  }
}

async function emitsInTime({ stream }: Connection, event: 'early' | 'get-unheard'): Promise<boolean> {
  try {
    await once(stream.duplex, event, { signal: AbortSignal.timeout(WAIT_IN_MS) })
    return true
  } catch {
    // The time is up, or the socket has failed.
    return false
  }
}
