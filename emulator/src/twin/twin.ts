import type { JsonObject } from '../formats/json.ts'
import { timestamp } from '../formats/timestamp.ts'
import { type SectionName, checkSize, checkValues } from './limits.ts'
import { merge, replacementPatch } from './merge.ts'
import { newMetadata, patchMetadata } from './metadata.ts'
import type { TwinChange } from './twin-change.ts'

/** Desired or reported properties, with the metadata and the version that the hub keeps. */
export interface Section {
  readonly value: JsonObject
  readonly metadata: JsonObject
  readonly version: number
}

/**
 * A twin as the hub stores it. `etag` counts the changes by back ends: tags and desired
 * (docs/protocol/protocol.md §4.9).
 */
export interface Twin {
  readonly etag: number
  readonly tags: JsonObject
  readonly desired: Section
  readonly reported: Section
  readonly modelId?: string
  readonly configurations?: TwinConfigurations
}

/** The automatic configurations that target a twin, by their IDs. */
export type TwinConfigurations = Readonly<Record<string, TwinConfiguration>>

/** The effect of a configuration on a twin (docs/protocol/configurations.md §2). */
export interface TwinConfiguration {
  /** `Targeted` if configurations with a higher priority have replaced all its settings. */
  readonly status: 'Applied' | 'Targeted'
  /** The number of the configuration. After a deletion, the same ID gets another number. */
  readonly number: number
  /** The twin paths that it has set, such as `properties.desired.firmware`. */
  readonly paths: readonly string[]
}

/** The desired patch that a device gets, and the version of desired after it. */
export interface DesiredPatch {
  readonly patch: JsonObject
  readonly version: number
}

/** A twin after a change by a back end. */
export interface TwinUpdate {
  readonly twin: Twin
  /** Undefined if desired did not change. */
  readonly desiredPatch?: DesiredPatch
}

/**
 * A new twin. Both versions are 1, and no property has a `$lastUpdatedVersion` yet
 * (docs/protocol/protocol.md §4.3, §6.4). No source describes a twin that is created with tags and
 * desired properties, so it follows the same rule.
 */
export function newTwin(now: number, { tags, desired }: TwinChange = {}): Twin {
  return {
    etag: 1,
    tags: newValue('tags', tags ?? {}),
    desired: newSection(newValue('desired', desired ?? {}), now),
    reported: newSection({}, now),
  }
}

function newValue(name: SectionName, given: JsonObject): JsonObject {
  checkValues(name, given)
  const value = withoutNulls(given)
  checkSize(name, {}, value)
  return value
}

function newSection(value: JsonObject, now: number): Section {
  return { value, metadata: newMetadata(value, { at: timestamp(now) }), version: 1 }
}

/**
 * Applies a report of a device. An equal value or an empty patch counts as an update too. IoT Hub
 * does not compare values, and no source describes empty patches (docs/protocol/protocol.md §4.5).
 */
export function report(twin: Twin, patch: JsonObject, now: number): Twin {
  checkValues('reported', patch)
  const value = merge(twin.reported.value, patch)
  checkSize('reported', twin.reported.value, value)
  const metadata = patchMetadata(twin.reported.metadata, patch, { at: timestamp(now) })
  return { ...twin, reported: { value, metadata, version: twin.reported.version + 1 } }
}

/**
 * Applies a patch of a back end. The device gets exactly the keys of the patch, changed or not
 * (docs/protocol/protocol.md §4.6).
 */
export function patchTwin(twin: Twin, { tags, desired }: TwinChange, now: number): TwinUpdate {
  if (tags === undefined && desired === undefined) return { twin }
  const changed = { ...twin, etag: twin.etag + 1, tags: tags === undefined ? twin.tags : patchTags(twin.tags, tags) }
  if (desired === undefined) return { twin: changed }
  const patch = desired ?? removalOf(twin.desired.value)
  checkValues('desired', patch)
  const value = merge(twin.desired.value, patch)
  checkSize('desired', twin.desired.value, value)
  const version = twin.desired.version + 1
  const metadata = patchMetadata(twin.desired.metadata, patch, { at: timestamp(now), version })
  return { twin: { ...changed, desired: { value, metadata, version } }, desiredPatch: { patch, version } }
}

/**
 * `desired: null` removes every key at the top, and the device gets null for each (end-to-end tests
 * of azure-iot-sdk-node, twin_e2e_tests.js).
 */
function removalOf(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(value).map((key) => [key, null]))
}

/**
 * Replaces tags and desired properties for a back end. A section that the back end omits becomes
 * empty (docs/protocol/protocol.md §6.2).
 */
export function replaceTwin(twin: Twin, change: TwinChange, now: number): TwinUpdate {
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
    desiredPatch: { patch: replacementPatch(twin.desired.value, value), version },
  }
}

/** `tags: null` removes all tags, as null removes any value in a merge patch. */
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
