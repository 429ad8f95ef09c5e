import type { Measured } from './load.ts'
import type { Operation } from './load-process.ts'

export const OPERATIONS: readonly Operation[] = ['read', 'report', 'notify']

/** Every measured round of each operation. */
export type Rounds = Readonly<Record<Operation, Measured[]>>

export interface MemoryPoint {
  readonly devices: number
  readonly resident: number
  readonly heap?: number
}

/** All measurements of a server. */
export interface Figures {
  readonly name: string
  /** Full load, with few devices connected. */
  readonly few: Rounds
  /** Full load, with all devices connected. */
  readonly many: Rounds
  /** At a pace below the limit of every server. */
  readonly paced: Rounds
  readonly connects: Measured[]
  readonly memory: MemoryPoint[]
  /** Seconds until every device has a job's update, if the server has jobs. */
  readonly jobs: number[]
}

export function noFigures(name: string): Figures {
  const none = (): Rounds => ({ read: [], report: [], notify: [] })
  return { name, few: none(), many: none(), paced: none(), connects: [], memory: [], jobs: [] }
}

/**
 * Estimates the memory of a device from pairs of points that are half of all devices apart. This
 * removes the shared memory and the noise of single points.
 */
export function bytesPerDevice(memory: readonly MemoryPoint[], bytesOf: (point: MemoryPoint) => number): number[] {
  const apart = Math.floor(memory.length / 2)
  return memory.slice(apart).flatMap((later, index) => {
    const earlier = memory[index]
    return earlier === undefined ? [] : [(bytesOf(later) - bytesOf(earlier)) / (later.devices - earlier.devices)]
  })
}

/** @param part such as 0.99 for the time that 1 % exceed. @returns NaN without responses */
export function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}
