import { type Device, temperatureAt } from 'hubtwin-device-models'

/** The part of a device that the totals count. */
export interface Countable {
  readonly status: { readonly type: 'connecting' | 'ready' | 'waiting' | 'closed' }
  readonly device: Device | undefined
}

export type FirmwareStatus = Device['firmware']['state']['type']

export const FIRMWARE_STATUSES: readonly FirmwareStatus[] = ['idle', 'downloading', 'applying', 'done', 'failed']

/** The state of the fleet in a few numbers. */
export interface Totals {
  readonly count: number
  readonly connected: number
  /** Devices that wait for their next attempt. */
  readonly waiting: number
  /** °C; `undefined` before the first sync of any device. */
  readonly meanTemperature: number | undefined
  readonly firmware: Readonly<Record<FirmwareStatus, number>>
}

export function totalsOf(count: number, members: readonly Countable[], now: number): Totals {
  const firmware = { idle: 0, downloading: 0, applying: 0, done: 0, failed: 0 }
  let [connected, waiting, sum, measured] = [0, 0, 0, 0]
  for (const { status, device } of members) {
    if (status.type === 'ready') connected += 1
    if (status.type === 'waiting') waiting += 1
    if (device === undefined) continue
    firmware[device.firmware.state.type] += 1
    sum += temperatureAt(device.thermostat, now)
    measured += 1
  }
  return { count, connected, waiting, meanTemperature: measured === 0 ? undefined : sum / measured, firmware }
}
