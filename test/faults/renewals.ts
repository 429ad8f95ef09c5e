import { setTimeout as delay } from 'node:timers/promises'
import { type Device, openDevice } from './device.ts'
import { openHouse } from './house.ts'
import { waitFor } from './wait-for.ts'

export interface RenewalsResult {
  readonly faults: readonly string[]
  readonly renewals: number
  readonly seconds: number
  readonly changes: number
  readonly reports: number
  readonly deliveries: number
}

/**
 * The maximum lead of the stream over the hub. Without a limit, the test would measure the queue.
 */
const MOST_UNDER_WAY = 200
const SETTLING_IN_MS = 20_000
const CHANGES_BETWEEN_RENEWALS = 25

const HOUR = 3_600_000

/**
 * Renews tokens under a constant stream of desired changes and reports. Nothing may be missed or
 * doubled. Each renewal is due because the clock moves, not because the token is short-lived, so a
 * busy machine has time to connect.
 */
export async function runRenewals(options: {
  readonly renewals: number
  readonly seed: number
}): Promise<RenewalsResult> {
  const house = await openHouse()
  const deviceId = 'renewals'
  await house.hub.createDevice(deviceId)
  const { plainPort: port } = house.hub
  const device = openDevice(house.hub, { deviceId, port, tokenLifeInMs: HOUR, seed: options.seed, waits: {} })
  try {
    await device.twin.ready()
    const beganAt = performance.now()
    const outcomes: Promise<number | undefined>[] = []
    let settled = 0
    let n = 0
    let jumps = 0
    while (device.connects - 1 < options.renewals && performance.now() - beganAt < patience(options.renewals)) {
      n++
      await house.hub.updateTwin(deviceId, { properties: { desired: { n, [`k${n % 100}`]: n } } })
      const end = (): void => void settled++
      const report = device.twin.report({ n, [`r${n % 100}`]: n })
      report.then(end, end)
      outcomes.push(report.catch(() => undefined))
      // The previous renewal must be over. A clock that jumps while the device connects would merge
      // two renewals.
      if (n % CHANGES_BETWEEN_RENEWALS === 0 && device.connects - 1 === jumps && device.isReady) {
        device.clock.jump(0.9 * HOUR)
        jumps++
      }
      do await delay(1)
      while (outcomes.length - settled > MOST_UNDER_WAY)
    }
    const versions = await Promise.race([Promise.all(outcomes), delay(SETTLING_IN_MS, undefined, { ref: false })])
    await waitFor(() => device.twin.desired['n'] === n, { atMostInMs: SETTLING_IN_MS })
    const { desired, reported } = house.hub.twin(deviceId)['properties'] as unknown as Record<
      'desired' | 'reported',
      Readonly<Record<string, unknown>>
    >
    const delivered = deliveredTo(device)
    return {
      renewals: device.connects - 1,
      seconds: Math.round((performance.now() - beganAt) / 1000),
      changes: n,
      reports: n,
      deliveries: delivered.length,
      faults: [
        ...(device.connects - 1 === options.renewals ? [] : [`${device.connects - 1} renewals`]),
        ...(versions === undefined ? ['reports are pending'] : []),
        ...(versions?.includes(undefined) ? ['reports were rejected'] : []),
        ...(isRising(versions ?? [], (a, b) => a <= b) ? [] : ['versions of reports went back']),
        ...(isRising(delivered, (a, b) => a < b) ? [] : ['a desired version was doubled or out of order']),
        ...(delivered.at(-1) === desired['$version'] ? [] : ['the last desired version was not delivered']),
        ...differences(desired, device.twin.desired, 'desired'),
        ...differences(reported, device.twin.reported, 'reported'),
        ...(reported['n'] === n ? [] : [`the hub has report ${String(reported['n'])} of ${n}`]),
        ...failuresOf(device),
      ],
    }
  } finally {
    await device.close()
    await house.close()
  }
}

function patience(renewals: number): number {
  return 30_000 + renewals * 1000
}

function deliveredTo({ seen, listeners }: Device): readonly number[] {
  return seen.flatMap((event) =>
    event.type === 'delivered' && event.listener === listeners[0] ? [event.change.version] : [],
  )
}

/** A renewal is not a failure, so no status may be `waiting`. */
function failuresOf({ seen }: Device): readonly string[] {
  const waits = seen.filter((event) => event.type === 'status' && event.status.type === 'waiting')
  return waits.length === 0 ? [] : [`${waits.length} connections were lost instead of changed`]
}

function isRising(list: readonly (number | undefined)[], isRight: (a: number, b: number) => boolean): boolean {
  return list.every((value, index) => index === 0 || isRight(list[index - 1] ?? 0, value ?? Infinity))
}

function differences(hub: Readonly<Record<string, unknown>>, device: object, what: string): readonly string[] {
  const keys = Object.keys(hub).filter((key) => !key.startsWith('$'))
  const wrong = keys.filter((key) => hub[key] !== (device as Readonly<Record<string, unknown>>)[key])
  return wrong.length === 0 ? [] : [`${what} differs at ${wrong.join(', ')}`]
}
