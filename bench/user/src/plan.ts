/** The operations of a run. */
export interface Plan {
  readonly rounds: number
  /** Reports of a round, each after the confirmation of the previous. */
  readonly sequential: number
  /** Reports of a round that do not wait for each other. */
  readonly burst: number
  /** The pace of the sequential reports; 0: as fast as the hub responds. */
  readonly perSecond: number
}

export const TRANSPORTS = ['hubtwin', 'hubtwin/light'] as const

export type Transport = (typeof TRANSPORTS)[number]

/**
 * The cost of a run in messages, as IoT Hub counts them (IoT Hub: billing information;
 * docs/protocol/device.md §6).
 */
export interface Cost {
  readonly connections: number
  readonly expectedMessages: number
  readonly maxMessages: number
}

/**
 * A twin read and a report are a message each, up to 4 KB (0.5 KB on F1). hubtwin folds reports
 * that wait, so a burst usually takes two requests. A read may be repeated when its response is
 * late. The clean-up takes a read and a report.
 */
export function costOf({ rounds, sequential, burst }: Plan): Cost {
  const opened = rounds * TRANSPORTS.length
  return {
    connections: opened + 1,
    expectedMessages: opened * (1 + sequential + Math.min(2, burst)) + 2,
    maxMessages: opened * (2 + sequential + burst) + 2,
  }
}
