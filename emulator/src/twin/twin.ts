import type { JsonObject } from '../formats/json.ts'
import type { SectionName } from './limits.ts'
import { checkSize, checkValues } from './limits.ts'
import { merge, replacementPatch } from './merge.ts'
import { newMetadata, patchMetadata } from './metadata.ts'
import { timestamp } from '../formats/timestamp.ts'

/** Desired or reported properties with what the hub keeps about them. */
export interface Section {
  readonly value: JsonObject
  readonly metadata: JsonObject
  readonly version: number
}

/** A twin as the hub holds it. `etag` counts what the back end changes: tags and desired (docs/protocol/protocol.md §4.9). */
export interface Twin {
  readonly etag: number
  readonly tags: JsonObject
  readonly desired: Section
  readonly reported: Section
  readonly modelId?: string
}

/** What a device is told about a change of its desired properties. */
export interface DesiredNotification {
  readonly patch: JsonObject
  readonly version: number
}

/** A change by the back end: what is undefined stays, and null removes all. */
export interface ServiceChange {
  readonly tags?: JsonObject | null
  readonly desired?: JsonObject | null
}

export interface ServiceResult {
  readonly twin: Twin
  readonly notification?: DesiredNotification
}

/**
 * Both versions of a new twin are 1, and nothing has a `$lastUpdatedVersion` yet (docs/protocol/protocol.md §4.3, §6.4). That holds for one that is made with
 * tags and desired properties too: nothing says more of it.
 */
export function newTwin(now: number, { tags, desired }: ServiceChange = {}): Twin {
  return {
    etag: 1,
    tags: newSection('tags', tags ?? {}),
    desired: sectionOf(newSection('desired', desired ?? {}), now),
    reported: sectionOf({}, now),
  }
}

function newSection(name: SectionName, given: JsonObject): JsonObject {
  checkValues(name, given)
  const value = withoutNulls(given)
  checkSize(name, {}, value)
  return value
}

function sectionOf(value: JsonObject, now: number): Section {
  return { value, metadata: newMetadata(value, { at: timestamp(now) }), version: 1 }
}

/**
 * A device reports. An equal value, and an empty patch, count as updates like any other: IoT Hub compares no values, and of empty patches
 * nothing is known (docs/protocol/protocol.md §4.5).
 */
export function report(twin: Twin, patch: JsonObject, now: number): Twin {
  checkValues('reported', patch)
  const value = merge(twin.reported.value, patch)
  checkSize('reported', twin.reported.value, value)
  const metadata = patchMetadata(twin.reported.metadata, patch, { at: timestamp(now) })
  return { ...twin, reported: { value, metadata, version: twin.reported.version + 1 } }
}

/** The back end patches. The device is told exactly the keys of the patch, changed or not (docs/protocol/protocol.md §4.6). */
export function patchTwin(twin: Twin, { tags, desired }: ServiceChange, now: number): ServiceResult {
  if (tags === undefined && desired === undefined) return { twin }
  const changed = { ...twin, etag: twin.etag + 1, tags: tags === undefined ? twin.tags : patchTags(twin.tags, tags) }
  if (desired === undefined) return { twin: changed }
  const patch = desired ?? removalOf(twin.desired.value)
  checkValues('desired', patch)
  const value = merge(twin.desired.value, patch)
  checkSize('desired', twin.desired.value, value)
  const version = twin.desired.version + 1
  const metadata = patchMetadata(twin.desired.metadata, patch, { at: timestamp(now), version })
  return { twin: { ...changed, desired: { value, metadata, version } }, notification: { patch, version } }
}

/** `desired: null` removes every key at the top, and the device is told null for each (e2e tests of azure-iot-sdk-node, twin_e2e_tests.js). */
function removalOf(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(value).map((key) => [key, null]))
}

/** The back end replaces tags and desired properties; what it leaves out is emptied (docs/protocol/protocol.md §6.2). */
export function replaceTwin(twin: Twin, change: ServiceChange, now: number): ServiceResult {
  const given = { tags: change.tags ?? {}, desired: change.desired ?? {} }
  checkValues('tags', given.tags)
  checkValues('desired', given.desired)
  const tags = withoutNulls(given.tags)
  const value = withoutNulls(given.desired)
  checkSize('tags', twin.tags, tags)
  checkSize('desired', twin.desired.value, value)
  const version = twin.desired.version + 1
  const metadata = newMetadata(value, { at: timestamp(now), version })
  return {
    twin: { ...twin, etag: twin.etag + 1, tags, desired: { value, metadata, version } },
    notification: { patch: replacementPatch(twin.desired.value, value), version },
  }
}

/** `tags: null` removes them all, as null does anywhere in a merge patch. */
function patchTags(old: JsonObject, patch: JsonObject | null): JsonObject {
  if (patch === null) return {}
  checkValues('tags', patch)
  const tags = merge(old, patch)
  checkSize('tags', old, tags)
  return tags
}

function withoutNulls(value: JsonObject): JsonObject {
  return merge({}, value)
}
