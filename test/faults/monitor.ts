import { counterAt, sectionsAt } from './sections.ts'
import type { Play } from './play.ts'
import { socketsTo } from './sockets.ts'

/** Invariants that the monitor checks all the time, because the final state does not show them. */
export interface Monitor {
  readonly faults: readonly string[]
  /**
   * The maximum of simultaneous sockets of the client. It is above 1 while an old socket closes.
   */
  readonly mostSockets: number
  stop(): void
}

const EVERY_IN_MS = 5

/** A takeover takes less time, on a busy machine too. */
const PATIENCE_IN_MS = 500

export function startMonitor(play: Play): Monitor {
  const { house, proxy, deviceId } = play
  const faults: string[] = []
  let counter = 0
  let version = 0
  let mostSockets = 0
  let aloneAtMs = performance.now()

  const timer = setInterval(() => {
    const now = performance.now()
    const { reported } = sectionsAt(play)
    const next = counterAt(play)
    if (next < counter) faults.push(`the hub's counter went from ${counter} back to ${next}`)
    if (reported.$version < version) {
      faults.push(`the reported version went from ${version} back to ${reported.$version}`)
    }
    counter = next
    version = reported.$version
    mostSockets = Math.max(mostSockets, socketsTo(proxy.port))
    const connections = house.hub.connections().filter((connection) => connection.deviceId === deviceId)
    if (connections.length <= 1) aloneAtMs = now
    else if (now - aloneAtMs > PATIENCE_IN_MS)
      faults.push(`the hub holds ${connections.length} connections of one identity`)
  }, EVERY_IN_MS)

  return {
    faults,
    get mostSockets() {
      return mostSockets
    },
    stop: () => clearInterval(timer),
  }
}
