import type { DeviceList, HubFacts } from './hub-api.ts'
import type { DeviceRow } from './device-row.ts'
import { rowAfter } from './row-after.ts'
import type { HubEventJson, StreamEvent } from './stream-event.ts'

/** A row of the list of events. */
export interface EventLine {
  /** Counts the events of this page. */
  readonly key: number
  readonly at: number
  readonly event: StreamEvent
  /** The JSON from the hub, for the filter and the export. */
  readonly text: string
}

/**
 * The hub as the page sees it. Each change replaces a part or raises a counter, which views
 * compare.
 */
export interface Model {
  readonly hub: HubFacts | undefined
  readonly devices: ReadonlyMap<string, DeviceRow>
  readonly connectedCount: number
  /** Grows when a device is added or deleted. */
  readonly membership: number
  /** The newest 2,000 to 2,500 events, the oldest first. */
  readonly lines: readonly EventLine[]
  /** The hub's sequence number of the newest event. */
  readonly sequence: number
  /** The hub's clock minus this machine's clock, in milliseconds. */
  readonly clockOffset: number
}

export interface ModelStore {
  readonly model: Model
  /** Call this before requesting the list: events from now on may be newer than the list. */
  expectList(): void
  /** Replaces the devices with the list, then applies the newer events. */
  replace(list: DeviceList): void
  add(event: StreamEvent, text: string): void
  clear(): void
}

const MAX_LINES = 2000

export function createModel(): ModelStore {
  let hub: HubFacts | undefined
  let clockOffset = 0
  let devices = new Map<string, DeviceRow>()
  let connectedCount = 0
  let membership = 0
  let lines: EventLine[] = []
  let eventCount = 0
  let known = 0
  let sequence = 0
  /** The events since the request for a list, until the list arrives. */
  let sinceRequest: HubEventJson[] | undefined

  function apply(event: HubEventJson): void {
    if (event.type === 'configuration-changed' || event.moduleId !== undefined || event.sequence <= known) return
    const before = devices.get(event.deviceId)
    const after = rowAfter(before, event)
    if (after === before) return
    if ((before === undefined) !== (after === undefined)) membership += 1
    connectedCount += Number(after?.connected ?? false) - Number(before?.connected ?? false)
    if (after === undefined) devices.delete(event.deviceId)
    else devices.set(event.deviceId, after)
  }

  return {
    model: {
      get hub() {
        return hub
      },
      get devices() {
        return devices
      },
      get connectedCount() {
        return connectedCount
      },
      get membership() {
        return membership
      },
      get lines() {
        return lines
      },
      get sequence() {
        return sequence
      },
      get clockOffset() {
        return clockOffset
      },
    },
    expectList() {
      sinceRequest = []
    },
    replace(list) {
      hub = list.hub
      clockOffset = list.hub.now - Date.now()
      devices = new Map(list.devices.map((row) => [row.deviceId, row]))
      connectedCount = list.devices.filter(({ connected }) => connected).length
      membership += 1
      known = Number(list.lastEventId.split('-')[1])
      sequence = known
      for (const event of sinceRequest ?? []) apply(event)
      sinceRequest = undefined
    },
    add(event, text) {
      eventCount += 1
      const at = 'at' in event ? event.at : Date.now() + clockOffset
      lines.push({ key: eventCount, at, event, text })
      // Drops many events at a time, because each removal copies the list.
      if (lines.length > MAX_LINES * 1.25) lines = lines.slice(-MAX_LINES)
      if (event.type === 'missed') return
      sequence = event.sequence
      sinceRequest?.push(event)
      apply(event)
    },
    clear() {
      lines = []
    },
  }
}
