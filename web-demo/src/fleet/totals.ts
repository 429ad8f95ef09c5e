import { type Device, temperatureAt } from 'hubtwin-device-models'

/** The part of a device that the totals count. */
export interface Countable {
  readonly status: { readonly type: 'connecting' | 'ready' | 'waiting' | 'closed' }
  readonly device: Device | undefined
}

export type FirmwareStatus = Device['firmware']['state']['type']

export const firmwareStatuses: readonly FirmwareStatus[] = ['idle', 'downloading', 'applying', 'done', 'failed']

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

/** The number of events per second, averaged over the last ten seconds. */
export interface Rate {
  count(now: number): void
  perSecond(now: number): number
}

const WINDOW_IN_SECONDS = 10

/** Counts in a bucket per second, so that the memory has a bound. */
export function createRate(): Rate {
  const buckets = new Map<number, number>()

  function forget(second: number): void {
    for (const each of buckets.keys()) if (each <= second - WINDOW_IN_SECONDS || each > second) buckets.delete(each)
  }

  return {
    count(now) {
      const second = Math.floor(now / 1000)
      buckets.set(second, (buckets.get(second) ?? 0) + 1)
      forget(second)
    },
    perSecond(now) {
      const second = Math.floor(now / 1000)
      forget(second)
      const [sum, first] = [[...buckets.values()].reduce((a, b) => a + b, 0), Math.min(...buckets.keys(), second)]
      // A new fleet has fewer seconds to average over.
      return sum / Math.min(WINDOW_IN_SECONDS, second - first + 1)
    },
  }
}
