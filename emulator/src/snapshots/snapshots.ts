import type { JsonObject } from '../formats/json.ts'
import { Refusal } from '../errors/refusal.ts'
import type { Snapshot } from './snapshot.ts'
import { type SnapshotParts, readSnapshot, restoreSnapshot, takeSnapshot } from './take-snapshot.ts'

/** Takes and restores snapshots, one restoration at a time. */
export interface Snapshots {
  take(): JsonObject
  /** @throws Refusal ArgumentInvalid, ServiceUnavailable */
  restore(value: unknown): Promise<void>
  /** Rejects later restorations, and resolves when the last restoration ends. */
  close(): Promise<void>
}

interface Runner {
  /** Resolves when nothing is running. */
  pause(): Promise<void>
  resume(): void
}

export interface SnapshotsParts extends SnapshotParts {
  /** The parts that must not run during a restoration. */
  readonly runners: readonly Runner[]
  /** Called at the moment when the new state replaces the old. */
  readonly handleRestored: () => void
}

export function createSnapshots({ runners, handleRestored, ...parts }: SnapshotsParts): Snapshots {
  let last: Promise<void> = Promise.resolve()
  let isClosed = false

  async function carryOut(snapshot: Snapshot, before: Promise<void>): Promise<void> {
    await before
    await Promise.all(runners.map((runner) => runner.pause()))
    try {
      await restoreSnapshot(parts, snapshot, handleRestored)
    } finally {
      for (const runner of runners) runner.resume()
    }
  }

  return {
    take: () => takeSnapshot(parts),
    async restore(value) {
      if (isClosed) throw new Refusal('ServiceUnavailable', 'The hub is closed')
      const done = carryOut(readSnapshot(value), last)
      last = done.catch(() => undefined)
      await done
    },
    async close() {
      isClosed = true
      await last
    },
  }
}
