import type { Hub } from 'hubtwin-emulator'

/** What the hub itself has seen of one device. */
export interface HubRecord {
  readonly deviceId: string
  readonly connects: number
  /** The most connections at a time. */
  readonly mostConnections: number
  /** What `{ [name]: { step } }` was in each report that had it, in order. */
  steps(name: string): number[]
  reported(): Record<string, unknown>
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
    deviceId,
    get connects() {
      return connects
    },
    get mostConnections() {
      return mostConnections
    },
    steps: (name) => reports.flatMap((report) => report[name]?.step ?? []),
    reported() {
      const { properties } = hub.twin(deviceId) as { properties: { reported: Record<string, unknown> } }
      return Object.fromEntries(Object.entries(properties.reported).filter(([key]) => !key.startsWith('$')))
    },
    stop,
  }
}
