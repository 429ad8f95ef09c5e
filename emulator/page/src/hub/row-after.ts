import type { DeviceRow } from './device-row.ts'
import type { HubEventJson } from './stream-event.ts'

/**
 * The row of a device after an event: undefined after its deletion, the same object if nothing
 * changed.
 */
export function rowAfter(row: DeviceRow | undefined, event: HubEventJson): DeviceRow | undefined {
  if (event.type === 'identity-created') return newRow(event.deviceId, event.status)
  if (row === undefined) return row
  switch (event.type) {
    case 'identity-deleted':
      return undefined
    case 'identity-changed':
      return { ...row, status: event.status }
    case 'connected':
    case 'disconnected':
      return { ...row, connected: event.type === 'connected', lastActivity: event.at }
    case 'twin-changed': {
      const { desiredVersion, reportedVersion } = event
      const lastActivity = event.by === 'device' ? event.at : row.lastActivity
      return { ...row, desiredVersion, reportedVersion, lastActivity }
    }
    default:
      return row
  }
}

function newRow(deviceId: string, status: DeviceRow['status']): DeviceRow {
  return { deviceId, status, connected: false, desiredVersion: 1, reportedVersion: 1, lastActivity: 0 }
}
