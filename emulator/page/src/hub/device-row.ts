/** A row of the device table. */
export interface DeviceRow {
  readonly deviceId: string
  readonly status: 'enabled' | 'disabled'
  readonly connected: boolean
  readonly desiredVersion: number
  readonly reportedVersion: number
  /** Milliseconds since 1970; 0 for never. */
  readonly lastActivity: number
}

/** A device in the hub's list. */
export interface ListedDevice extends Omit<DeviceRow, 'lastActivity'> {
  readonly lastActivityTime: string
}

export function rowOf({ lastActivityTime, ...rest }: ListedDevice): DeviceRow {
  return { ...rest, lastActivity: millisecondsOf(lastActivityTime) }
}

/** For "never" the hub writes the year 1. */
export function millisecondsOf(time: string): number {
  return Math.max(0, Date.parse(time))
}
