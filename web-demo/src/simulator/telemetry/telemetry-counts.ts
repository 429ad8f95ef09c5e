import { createRate } from '../../shared/rate.ts'

/** Counts the panel's messages since it got its device. */
export interface TelemetryCounts {
  readonly sent: number
  countSent(now: number): void
  countAcknowledged(): void
  /** @param waiting the messages without PUBACK */
  describe(waiting: number, now: number): string
  /** A few words, or `''` before the first message. */
  describeShortly(isRepeating: boolean, now: number): string
}

export function createTelemetryCounts(): TelemetryCounts {
  const rate = createRate()
  let sent = 0
  let acknowledged = 0
  const perSecond = (now: number): string => rate.perSecond(now).toFixed(1)

  return {
    get sent() {
      return sent
    },
    countSent(now) {
      sent += 1
      rate.count(now)
    },
    countAcknowledged() {
      acknowledged += 1
    },
    describe: (waiting, now) =>
      `${sent} sent, ${acknowledged} acknowledged, ${waiting} without PUBACK, ${perSecond(now)} per second`,
    describeShortly: (isRepeating, now) =>
      sent === 0 ? '' : `${acknowledged} of ${sent}${isRepeating ? `, ${perSecond(now)}/s` : ''}`,
  }
}
