import type { DeviceList, HubFacts } from './calls.ts'
import type { DeviceRow } from './device-row.ts'
import { changedRow } from './changed-row.ts'
import type { Told, ToldEvent } from './told-event.ts'

/** A row of the list of events. */
export interface EventLine {
  /** Counts what this page was told. */
  readonly key: number
  readonly at: number
  readonly told: Told
  /** As it came, for the filter and the export. */
  readonly text: string
}

/** What the page knows of its hub. Its parts are replaced or counted on, so that a view can tell what is new. */
export interface Model {
  readonly hub: HubFacts | undefined
  readonly devices: ReadonlyMap<string, DeviceRow>
  readonly connectedCount: number
  /** Grows when devices come or go; other changes of rows do not touch it. */
  readonly membership: number
  /** The newest, oldest first; at most 2000. */
  readonly lines: readonly EventLine[]
  /** The newest event's, as the hub counts. */
  readonly sequence: number
  /** Milliseconds that the hub's clock is before this machine's. */
  readonly clockOffset: number
}

export interface ModelSide {
  readonly model: Model
  /** A list has been asked for: what comes from now on may be newer than it. */
  expect(): void
  /** Whole lists replace what is known. What has come since it was asked for, and it does not know of, is applied to it. */
  take(list: DeviceList): void
  add(told: Told, text: string): void
  clear(): void
}

const maxLines = 2000

export function createModel(): ModelSide {
  let hub: HubFacts | undefined
  let clockOffset = 0
  let devices = new Map<string, DeviceRow>()
  let connectedCount = 0
  let membership = 0
  let lines: EventLine[] = []
  let toldCount = 0
  let known = 0
  let sequence = 0
  /** What has come since a list was asked for, while it is on its way. */
  let sinceAsked: ToldEvent[] | undefined

  function apply(event: ToldEvent): void {
    if (event.moduleId !== undefined || event.sequence <= known) return
    const before = devices.get(event.deviceId)
    const after = changedRow(before, event)
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
    expect() {
      sinceAsked = []
    },
    take(list) {
      hub = list.hub
      clockOffset = list.hub.now - Date.now()
      devices = new Map(list.devices.map((row) => [row.deviceId, row]))
      connectedCount = list.devices.filter(({ connected }) => connected).length
      membership += 1
      known = Number(list.lastEventId.split('-')[1])
      sequence = known
      for (const event of sinceAsked ?? []) apply(event)
      sinceAsked = undefined
    },
    add(told, text) {
      toldCount += 1
      const at = 'at' in told ? told.at : Date.now() + clockOffset
      lines.push({ key: toldCount, at, told, text })
      // Cut in one go, since each event would move all the others otherwise.
      if (lines.length > maxLines * 1.25) lines = lines.slice(-maxLines)
      if (told.type === 'missed') return
      sequence = told.sequence
      sinceAsked?.push(told)
      apply(told)
    },
    clear() {
      lines = []
    },
  }
}
