import type { IdentityRecord } from '../identity/identity.ts'
import { type Json, type JsonObject, isObject, property } from '../formats/json.ts'
import type { Section } from '../twin/twin.ts'

/** Marks a component in a device twin (IoT Plug and Play conventions, components). */
export const COMPONENT_MARK = { __t: 'c' } as const

/**
 * A device twin in the format of IoT Plug and Play. A property has its reported value. `$metadata`
 * holds the desired value and the device's acknowledgment (Understand IoT Plug and Play digital
 * twins).
 */
export function digitalTwinDocument({ deviceId, moduleId, twin }: IdentityRecord): JsonObject {
  const model = twin.modelId === undefined ? {} : { $model: twin.modelId }
  const { $metadata, ...content } = component(partOf(twin.desired), partOf(twin.reported), true)
  return {
    $dtId: moduleId ?? deviceId,
    ...content,
    $metadata: { ...model, ...($metadata as JsonObject) },
  }
}

/** A section, or a component in it, with its metadata. */
interface Part {
  readonly value: JsonObject
  readonly metadata: JsonObject
  readonly version: number
}

function partOf({ value, metadata, version }: Section): Part {
  return { value, metadata, version }
}

function partAt({ value, metadata, version }: Part, key: string): Part {
  return { value: objectAt(value, key), metadata: objectAt(metadata, key), version }
}

function component(desired: Part, reported: Part, isRoot: boolean): JsonObject {
  const content = new Map<string, Json>()
  const metadata = new Map<string, Json>()
  for (const key of new Set([...Object.keys(reported.value), ...Object.keys(desired.value)])) {
    if (!isRoot && key === '__t') continue
    if (isRoot && (isComponent(property(reported.value, key)) || isComponent(property(desired.value, key)))) {
      content.set(key, component(partAt(desired, key), partAt(reported, key), false))
      continue
    }
    const report = reportOf(property(reported.value, key))
    if (report.value !== undefined) content.set(key, report.value)
    metadata.set(key, {
      ...desiredOf(desired, key),
      ...report.acknowledgment,
      ...(report.value === undefined ? {} : { lastUpdateTime: objectAt(reported.metadata, key)['$lastUpdated'] ?? '' }),
    })
  }
  return { ...Object.fromEntries(content), $metadata: Object.fromEntries(metadata) }
}

function desiredOf({ value, metadata, version }: Part, key: string): JsonObject {
  const desiredValue = property(value, key)
  if (desiredValue === undefined) return {}
  const desiredVersion = objectAt(metadata, key)['$lastUpdatedVersion'] ?? version
  return { desiredValue, desiredVersion }
}

/**
 * A device acknowledges a writable property as `{ value, ac, av, ad }` (IoT Plug and Play
 * conventions, writable properties).
 */
function reportOf(reported: Json | undefined): {
  readonly value: Json | undefined
  readonly acknowledgment: JsonObject
} {
  if (!isObject(reported) || reported['ac'] === undefined || reported['av'] === undefined) {
    return { value: reported, acknowledgment: {} }
  }
  const { value, ac: ackCode, av: ackVersion, ad: ackDescription } = reported
  return {
    value,
    acknowledgment: { ackVersion, ackCode, ...(ackDescription === undefined ? {} : { ackDescription }) },
  }
}

export function isComponent(value: Json | undefined): value is JsonObject {
  return isObject(value) && value['__t'] === COMPONENT_MARK.__t
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = property(object, key)
  return isObject(value) ? value : {}
}
