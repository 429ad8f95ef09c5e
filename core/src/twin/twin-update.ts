import type { DesiredPatch, TwinDocument } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'

/** A change of a twin, in order. A plain value, so that it can also travel to another tab. */
export type TwinUpdate =
  /** The whole twin, as the hub has it now. */
  | { readonly type: 'document'; readonly document: TwinDocument }
  /** A patch that leads to the next version of a section. */
  | ({ readonly type: 'desired' | 'reported' } & DesiredPatch)
  | { readonly type: 'status'; readonly status: TwinStatus }

const NOTHING: JsonObject = Object.freeze({})

/** The document before the first sync. */
export const EMPTY_DOCUMENT: TwinDocument = Object.freeze({
  desired: NOTHING,
  reported: NOTHING,
  versions: Object.freeze({ desired: 0, reported: 0 }),
})
