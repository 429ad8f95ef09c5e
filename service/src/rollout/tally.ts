import { printable } from '../tokens/base/printable.ts'
import type { DeviceState } from './device-state.ts'
import type { Fleet } from './rollout.ts'

export type Tally = Readonly<Record<DeviceState['type'], number>>

/** Counts the devices in each state, in the order in which a device passes through them. */
export function tally(fleet: Fleet): Tally {
  const counts = { unset: 0, waiting: 0, downloading: 0, applying: 0, done: 0, failed: 0 }
  for (const { type } of fleet.values()) counts[type] += 1
  return counts
}

/** Formats the counts, such as `3 waiting, 17 done`. */
export function tallyText(counts: Tally): string {
  const parts = Object.entries(counts).flatMap(([type, count]) =>
    count > 0 ? [`${count} ${NAMES[type] ?? type}`] : [],
  )
  return parts.join(', ')
}

const NAMES: Readonly<Record<string, string>> = { unset: 'not set yet' }

/** A device may report a 4 kB error, too long for a table row. */
function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** Describes a device's state on a single line. */
export function stateText(state: DeviceState): string {
  switch (state.type) {
    case 'unset':
      return 'not set yet'
    case 'waiting':
      return state.isConnected ? 'waiting' : 'waiting, offline'
    case 'downloading':
      return state.progress === undefined ? 'downloading' : `downloading ${state.progress} %`
    case 'failed':
      return `failed: ${shorten(printable(state.error))}`
    default:
      return state.type
  }
}
