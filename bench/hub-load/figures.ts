import type { Measured } from './load.ts'
import type { Operation } from './load-process.ts'

export const operations: readonly Operation[] = ['read', 'report', 'notify']

/** Every measured round of each operation. */
export type Rounds = Readonly<Record<Operation, Measured[]>>

export interface MemoryPoint {
  readonly devices: number
  readonly resident: number
  readonly heap?: number
}

/** All that is known of one server. */
export interface Figures {
  readonly name: string
  /** As much as it carries, with few devices connected. */
  readonly few: Rounds
  /** The same with all of them. */
  readonly many: Rounds
  /** At a pace that leaves everyone time. */
  readonly paced: Rounds
  readonly connects: Measured[]
  readonly memory: MemoryPoint[]
  /** Seconds until every device was told of a job's update; where there are jobs. */
  readonly jobs: number[]
}

export function noFigures(name: string): Figures {
  const none = (): Rounds => ({ read: [], report: [], notify: [] })
  return { name, few: none(), many: none(), paced: none(), connects: [], memory: [], jobs: [] }
}

/** What a device takes, from pairs of points that are half of all devices apart: what all share, and the chance of one point, stay out. */
export function bytesPerDevice(memory: readonly MemoryPoint[], bytesOf: (point: MemoryPoint) => number): number[] {
  const apart = Math.floor(memory.length / 2)
  return memory.slice(apart).flatMap((later, index) => {
    const earlier = memory[index]
    return earlier === undefined ? [] : [(bytesOf(later) - bytesOf(earlier)) / (later.devices - earlier.devices)]
  })
}

/** @param part 0.99 for the time that one of a hundred exceeds. @returns NaN where nothing was answered */
export function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}
