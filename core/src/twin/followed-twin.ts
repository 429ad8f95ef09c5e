import { difference, type TwinDocument } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import { statusOf, type TwinStatus } from '../protocol/machine-states.ts'
import { createDesiredListeners, type DesiredListeners } from './listening/desired-listeners.ts'
import { createReportedListeners, type ReportedListeners } from './listening/reported-listeners.ts'
import { createStateListeners, type StateListeners } from './listening/state-listeners.ts'
import { EMPTY_DOCUMENT, type TwinUpdate, updateDocument } from './twin-update.ts'

/** The last known document and status of a twin. The only copy: each patch is merged here, once. */
export interface FollowedTwin {
  /** Empty before the first sync. */
  document(): TwinDocument
  isSynced(): boolean
  readonly statuses: StateListeners<TwinStatus>
  readonly desired: DesiredListeners
  readonly reported: ReportedListeners
  /** Applies an update, and then calls the listeners. */
  update(update: TwinUpdate): void
}

/** @param onClosed called before the listeners get the status `closed` */
export function createFollowedTwin(onClosed: () => void): FollowedTwin {
  let document = EMPTY_DOCUMENT
  let isSynced = false
  const statuses = createStateListeners<TwinStatus>(statusOf({ type: 'idle' }))
  const desired = createDesiredListeners()
  const reported = createReportedListeners()

  /** All changes since the last known document count as a single patch per section. */
  function emitDifference(known: TwinDocument): void {
    const isFirst = !isSynced
    isSynced = true
    const { versions, ...now } = document
    const properties = difference(known.desired, now.desired)
    const patch = difference(known.reported, now.reported)
    if (isFirst || !isEmpty(properties)) {
      desired.emit({ desired: now.desired, version: versions.desired, properties })
    }
    if (isFirst || !isEmpty(patch)) reported.emit({ reported: now.reported, version: versions.reported, patch })
  }

  return {
    document: () => document,
    isSynced: () => isSynced,
    statuses,
    desired,
    reported,
    update(update) {
      const known = document
      document = updateDocument(document, update)
      switch (update.type) {
        case 'document':
          return emitDifference(known)
        case 'desired':
          return desired.emit({ desired: document.desired, version: update.version, properties: update.properties })
        case 'reported':
          return reported.emit({ reported: document.reported, version: update.version, patch: update.properties })
        case 'status':
          if (update.status.type === 'closed') {
            onClosed()
            desired.end()
            reported.end()
          }
          return statuses.emit(update.status)
      }
    },
  }
}

function isEmpty(patch: JsonObject): boolean {
  return Object.keys(patch).length === 0
}
