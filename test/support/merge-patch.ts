import { applyPatch } from '../../core/src/protocol/document.ts'
import { freezeJson, type JsonObject } from '../../core/src/protocol/json.ts'

/** Merges a patch into a copy of the target. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  return applyPatch(freezeJson(JSON.parse(JSON.stringify(target)) as JsonObject), patch)
}
