import { type Fleet, renewalIntervalInMinutes } from './plan.ts'

/** A simulated day of a fleet, with an outage. Nothing connects to anything. */
export interface Day {
  readonly passwords: number
  /** The most passwords in a second without and with the outage. */
  readonly busiestSecond: number
  readonly busiestSecondOfHerd: number
  /** Requests for a password that the service refused, because it gives only so many per second. */
  readonly refused: number
  /** The time from the end of the outage until the last kiosk is back. */
  readonly recoveryInSeconds: number
}

export interface Outage {
  /** Seconds since midnight. */
  readonly at: number
  readonly seconds: number
  /** Passwords per second of all instances together. */
  readonly passwordsPerSecond: number
  /** New connections per second that the hub admits. */
  readonly connectionsPerSecond: number
}

const SECONDS_PER_DAY = 86_400
/** The back-off of hubtwin grows to a minute, with jitter (core/README.md). */
const MAX_BACK_OFF_IN_SECONDS = 60

/**
 * Simulates each renewal of each kiosk, second by second. The kiosks enrolled at random times, so
 * their renewals are spread. After the outage they all come back, with jittered back-off.
 *
 * @param random returns a number from 0 to 1, such as a seeded generator
 */
export function simulateDay(fleet: Fleet, outage: Outage, random: () => number): Day {
  const interval = Math.round(renewalIntervalInMinutes(fleet.passwordMinutes) * 60)
  /** The kiosks that ask for a password in each second. */
  const due: number[][] = Array.from({ length: SECONDS_PER_DAY }, () => [])
  for (let kiosk = 0; kiosk < fleet.kiosks; kiosk += 1) due[Math.floor(random() * interval)]?.push(kiosk)
  const attempts = new Uint8Array(fleet.kiosks)
  const end = outage.at + outage.seconds
  const rate = Math.min(outage.passwordsPerSecond, outage.connectionsPerSecond)
  let [passwords, busiestSecond, busiestSecondOfHerd, refused, backAt] = [0, 0, 0, 0, end]
  /** All kiosks lose their connection at the start of the outage. */
  let away = 0

  for (let second = 0; second < SECONDS_PER_DAY; second += 1) {
    if (second === outage.at) {
      for (let later = second; later < SECONDS_PER_DAY; later += 1) due[later] = []
      for (let kiosk = 0; kiosk < fleet.kiosks; kiosk += 1) due[second + Math.floor(random() * 2)]?.push(kiosk)
      away = fleet.kiosks
    }
    const isOut = second >= outage.at && second < end
    let given = 0
    for (const kiosk of due[second] ?? []) {
      if (isOut || given >= rate) {
        if (!isOut) refused += 1
        const attempt = Math.min((attempts[kiosk] ?? 0) + 1, 10)
        attempts[kiosk] = attempt
        const longest = Math.min(2 ** attempt, MAX_BACK_OFF_IN_SECONDS)
        due[second + 1 + Math.floor(random() * longest)]?.push(kiosk)
        continue
      }
      given += 1
      attempts[kiosk] = 0
      due[second + interval]?.push(kiosk)
      if (away > 0) {
        away -= 1
        backAt = second
      }
    }
    passwords += given
    if (second < outage.at) busiestSecond = Math.max(busiestSecond, given)
    else busiestSecondOfHerd = Math.max(busiestSecondOfHerd, given)
    due[second] = []
  }
  return { passwords, busiestSecond, busiestSecondOfHerd, refused, recoveryInSeconds: backAt - end + 1 }
}
