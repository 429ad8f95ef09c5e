import { COMPONENT_MARK, isComponent } from './digital-twin.ts'
import { type Json, type JsonObject, isObject, property, withProperties } from '../formats/json.ts'
import { merge, replacementPatch } from '../twin/merge.ts'
import { Refusal } from '../errors/refusal.ts'
import type { Twin } from '../twin/twin.ts'

interface Draft {
  /** The desired properties after the operations so far. */
  readonly desired: JsonObject
  /** The changes so far: a whole property, or some properties of a component. */
  readonly touched: ReadonlyMap<string, 'whole' | ReadonlySet<string>>
}

/**
 * Converts a JSON Patch of a digital twin into a patch of the desired properties. An operation
 * adds, replaces, or removes a property, a property of a component, or a whole component. The value
 * of a whole component has `$metadata` (Manage IoT Plug and Play digital twins).
 *
 * @throws Refusal ArgumentInvalid with the location in the patch
 */
export function desiredOfJsonPatch(body: Json, twin: Twin): JsonObject {
  if (!Array.isArray(body)) throw invalid('The body must be a JSON Patch: an array of operations')
  let draft: Draft = { desired: twin.desired.value, touched: new Map() }
  for (const [at, operation] of body.entries()) draft = apply(draft, operation, { at: `[${at}]`, twin })
  return patchOf(twin.desired.value, draft)
}

function apply({ desired, touched }: Draft, operation: Json, { at, twin }: { at: string; twin: Twin }): Draft {
  if (!isObject(operation)) throw invalid(`${at} must be an object with op, path, and value`)
  const { op, path, value } = operation
  if (op !== 'add' && op !== 'replace' && op !== 'remove') throw invalid(`${at}.op must be add, replace, or remove`)
  if (op !== 'remove' && (value === undefined || value === null)) throw invalid(`${at}.value is missing`)
  const [name = '', inner] = segmentsOf(path, at)
  const next = op === 'remove' || value === undefined ? undefined : contentOf(value)
  if (inner === undefined) {
    return {
      desired: withProperties(desired, new Map([[name, next]])),
      touched: new Map([...touched, [name, 'whole']]),
    }
  }
  const before = property(desired, name)
  const reported = property(twin.reported.value, name)
  // A path reaches only the properties of a component. A patch replaces a DTDL object as a whole.
  if ([before, reported].some((each) => each !== undefined) && ![before, reported].some(isComponent)) {
    throw invalid(`${at}.path: ${name} is a property, not a component`)
  }
  const component = withProperties({ ...(isObject(before) ? before : {}), ...COMPONENT_MARK }, new Map([[inner, next]]))
  const changedBefore = touched.get(name)
  return {
    desired: withProperties(desired, new Map([[name, component]])),
    touched: new Map([
      ...touched,
      [name, changedBefore === 'whole' ? changedBefore : new Set([...(changedBefore ?? []), inner])],
    ]),
  }
}

/** RFC 6901: `~1` is a slash and `~0` is a tilde. */
function segmentsOf(path: Json | undefined, at: string): string[] {
  if (typeof path !== 'string' || !/^(?:\/[^/]+){1,2}$/.test(path)) {
    throw invalid(`${at}.path must be /property, /component, or /component/property`)
  }
  const segments = path.slice(1).split('/')
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function contentOf(value: Json): Json {
  if (!isObject(value)) return value
  const { $metadata, ...content } = value
  return merge($metadata === undefined ? {} : COMPONENT_MARK, content)
}

function patchOf(old: JsonObject, { desired, touched }: Draft): JsonObject {
  const changes = Array.from(touched, ([name, what]): [string, Json] => {
    const [before, after] = [property(old, name), property(desired, name)]
    if (what === 'whole') return [name, difference(before, after)]
    const inner = Array.from(what, (key): [string, Json] => [
      key,
      difference(propertyIn(before, key), propertyIn(after, key)),
    ])
    return [name, { ...COMPONENT_MARK, ...Object.fromEntries(inner) }]
  })
  return Object.fromEntries(changes)
}

/**
 * A twin patch that replaces a value. A twin patch merges objects, and a JSON Patch replaces them.
 */
function difference(before: Json | undefined, after: Json | undefined): Json {
  if (after === undefined) return null
  return isObject(before) && isObject(after) ? replacementPatch(before, after) : after
}

function propertyIn(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) ? property(value, key) : undefined
}

function invalid(message: string): Refusal {
  return new Refusal('ArgumentInvalid', message)
}
