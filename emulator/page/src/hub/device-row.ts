/** A device in short: what the table shows of it. */
export interface DeviceRow {
  readonly deviceId: string
  readonly status: 'enabled' | 'disabled'
  readonly connected: boolean
  readonly desiredVersion: number
  readonly reportedVersion: number
  /** Milliseconds since 1970; 0 where there never was any. */
  readonly lastActivity: number
}

/** As the hub lists it. */
export interface ListedDevice extends Omit<DeviceRow, 'lastActivity'> {
  readonly lastActivityTime: string
}

export function rowOf({ lastActivityTime, ...rest }: ListedDevice): DeviceRow {
  return { ...rest, lastActivity: millisecondsOf(lastActivityTime) }
}

/** The hub says the year 1 for never. */
export function millisecondsOf(time: string): number {
  return Math.max(0, Date.parse(time))
}
