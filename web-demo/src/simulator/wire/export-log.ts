import type { WireEntry } from './wire-entry.ts'
import type { WireLog } from './wire-log.ts'
import { sizeOf } from './wire-row.ts'

export interface LoggedDevice {
  readonly deviceId: string
  readonly hub: string
}

/** Downloads the wire log as JSON. */
export function exportLog({ entries, dropped }: WireLog, { deviceId, hub }: LoggedDevice): void {
  const content = { exportedAt: new Date().toISOString(), deviceId, hub, dropped, entries: entries.map(toJson) }
  save(`hubtwin-${deviceId.replaceAll(/[^\w.-]/g, '_')}.json`, JSON.stringify(content, null, 2))
}

function toJson(entry: WireEntry): object {
  const { at, answer, steps } = entry
  return {
    ...entry,
    at: new Date(at).toISOString(),
    size: sizeOf(entry),
    ...(steps !== undefined && { steps: steps.map(toJson) }),
    ...(answer !== undefined && {
      roundTripInMs: answer.at - at,
      answer: { ...answer, at: new Date(answer.at).toISOString() },
    }),
  }
}

function save(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
