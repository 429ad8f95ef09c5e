import { mergePatch, type TwinDocument } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'

/** What there is to tell of a twin, in its order: plain values, which another tab understands as well. */
export type TwinNews =
  /** All of it, as the hub has it now. */
  | { readonly type: 'document'; readonly document: TwinDocument }
  /** The next version of a section, and the merge patch that led there. */
  | { readonly type: 'desired' | 'reported'; readonly version: number; readonly patch: JsonObject }
  | { readonly type: 'status'; readonly status: TwinStatus }

const NOTHING: JsonObject = Object.freeze({})

/** Before the first sync. */
export const EMPTY_DOCUMENT: TwinDocument = Object.freeze({
  desired: NOTHING,
  reported: NOTHING,
  versions: Object.freeze({ desired: 0, reported: 0 }),
})

export function updateDocument(document: TwinDocument, news: TwinNews): TwinDocument {
  switch (news.type) {
    case 'document':
      return news.document
    case 'desired':
    case 'reported':
      return Object.freeze({
        ...document,
        [news.type]: mergePatch(document[news.type], news.patch),
        versions: Object.freeze({ ...document.versions, [news.type]: news.version }),
      })
    case 'status':
      return document
  }
}
