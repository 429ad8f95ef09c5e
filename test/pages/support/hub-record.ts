import type { Hub } from 'hubtwin-emulator'

/** The hub's record of a device. */
export interface HubRecord {
  readonly connects: number
  /** The highest number of simultaneous connections. */
  readonly mostConnections: number
  /** The `step` of each report `{ [name]: { step } }`, in order. */
  steps(name: string): number[]
  stop(): void
}

export function recordHub(hub: Hub, deviceId: string): HubRecord {
  const reports: Record<string, { step?: number } | undefined>[] = []
  let connects = 0
  let open = 0
  let mostConnections = 0
  const stop = hub.events.listen((event) => {
    if (event.deviceId !== deviceId) return
    if (event.type === 'connected') {
      connects++
      open++
      mostConnections = Math.max(mostConnections, open)
    }
    if (event.type === 'disconnected') open--
    if (event.type === 'twin-changed' && event.by === 'device') {
      reports.push((event.change as { reported: Record<string, { step?: number }> }).reported)
    }
  })
  return {
    get connects() {
      return connects
    },
    get mostConnections() {
      return mostConnections
    },
    steps: (name) => reports.flatMap((report) => report[name]?.step ?? []),
    stop,
  }
}
