import type { JsonObject } from '../../protocol/json.ts'
import type { ReportedChange } from '../changes.ts'
import { readSnapshot } from '../snapshot.ts'
import type { AppliedPatch } from './desired-view.ts'
import { listen, type Listeners } from './listeners.ts'

export function listenToReported(
  listeners: Listeners<AppliedPatch>,
  listener: (change: ReportedChange) => void,
): () => void {
  let previous: JsonObject | undefined
  return listen(listeners, listener, ({ section, version, properties }) => {
    const reported = readSnapshot(section)
    const change = Object.freeze({ reported, previous, patch: previous ? properties : reported, version })
    previous = reported
    return change
  })
}
