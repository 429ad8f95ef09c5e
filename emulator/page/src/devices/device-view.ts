import type { DeviceRow } from '../hub/device-row.ts'
import type { Model } from '../hub/model.ts'

export type Column = 'deviceId' | 'state' | 'desiredVersion' | 'reportedVersion' | 'lastActivity'

export interface Order {
  readonly column: Column
  readonly descending: boolean
}

export type StateFilter = 'all' | 'connected' | 'disconnected' | 'disabled'

export interface Choice {
  /** A part of the ID. */
  readonly text: string
  readonly state: StateFilter
  readonly order: Order
}

/** The IDs of the devices to show, in order. The rows themselves change independently. */
export type DeviceView = (choice: Choice) => readonly string[]

const byName = new Intl.Collator('en', { numeric: true }).compare

const numbers: Record<Exclude<Column, 'deviceId'>, (row: DeviceRow) => number> = {
  state: ({ connected, status }) => (connected ? 0 : status === 'disabled' ? 2 : 1),
  desiredVersion: (row) => row.desiredVersion,
  reportedVersion: (row) => row.reportedVersion,
  lastActivity: (row) => row.lastActivity,
}

/** Sorts names only after devices are added or deleted, because this is the expensive order. */
export function createDeviceView(model: Model): DeviceView {
  let membership = -1
  let named: readonly string[] = []

  function sortedByName(): readonly string[] {
    if (membership === model.membership) return named
    membership = model.membership
    return (named = [...model.devices.keys()].sort(byName))
  }

  return ({ text, state, order }) => {
    const wanted = text.trim().toLowerCase()
    const ids = sortedByName().filter((id) => {
      const row = model.devices.get(id)
      return row !== undefined && id.toLowerCase().includes(wanted) && isOfState(row, state)
    })
    const { column, descending } = order
    if (column === 'deviceId') return descending ? ids.map((_, at) => ids[ids.length - 1 - at] as string) : ids
    const numberOf = numbers[column]
    const keyed = ids.map((id) => [id, numberOf(model.devices.get(id) as DeviceRow)] as const)
    keyed.sort(([, a], [, b]) => (descending ? b - a : a - b))
    return keyed.map(([id]) => id)
  }
}

function isOfState({ connected, status }: DeviceRow, state: StateFilter): boolean {
  switch (state) {
    case 'all':
      return true
    case 'connected':
      return connected
    case 'disconnected':
      return !connected
    case 'disabled':
      return status === 'disabled'
  }
}
