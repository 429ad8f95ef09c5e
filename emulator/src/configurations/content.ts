import { Refusal } from '../errors/refusal.ts'
import { type Json, type JsonObject, isObject } from '../formats/json.ts'
import { gapMessage } from '../gaps/gaps.ts'
import { checkSize, checkValues } from '../twin/limits.ts'

/** Whether a configuration changes the twins of devices or of modules. */
export type ContentKind = 'deviceContent' | 'moduleContent'

/** A value for a place in the desired properties. */
export interface Setting {
  /** The twin path, such as `properties.desired.firmware`. */
  readonly path: string
  /** The same as a merge patch of the desired properties. */
  readonly patch: JsonObject
}

export interface ParsedContent {
  readonly kind: ContentKind
  readonly settings: readonly Setting[]
}

const KINDS: readonly ContentKind[] = ['deviceContent', 'moduleContent']

/**
 * Parses the content of a configuration: `deviceContent` or `moduleContent`, each with twin paths
 * and values (IoT Hub: automatic device management, twin settings).
 *
 * @throws Refusal InvalidConfigurationContent, or NotImplemented for `modulesContent`
 */
export function parseContent(content: JsonObject): ParsedContent {
  const present = Object.keys(content).filter((name) => content[name] !== null)
  if (present.includes('modulesContent')) throw new Refusal('NotImplemented', gapMessage('edgeDeployments'))
  const found = KINDS.filter((kind) => present.includes(kind))
  const [kind] = found
  if (kind === undefined || found.length > 1) throw refused('content must have either deviceContent or moduleContent')
  const values = content[kind] as Json
  if (!isObject(values) || Object.keys(values).length === 0) {
    throw refused(`${kind} must have a value for a twin path such as properties.desired.firmware`)
  }
  const settings = Object.entries(values).map(([path, value]) => ({ path, patch: patchOf(path, value) }))
  for (const { patch } of settings) checkPatch(patch)
  return { kind, settings }
}

const ROOT = 'properties.desired'

function patchOf(path: string, value: Json): JsonObject {
  if (path === ROOT) {
    if (isObject(value)) return value
    throw refused(`${path} must be an object`)
  }
  if (!path.startsWith(`${ROOT}.`)) throw refused(`${path} must start with ${ROOT}`)
  const keys = path.slice(ROOT.length + 1).split('.')
  const last = keys.at(-1) ?? ''
  return keys.slice(0, -1).reduceRight<JsonObject>((patch, key) => ({ [key]: patch }), { [last]: value })
}

function checkPatch(patch: JsonObject): void {
  try {
    checkValues('desired', patch)
    checkSize('desired', {}, patch)
  } catch (error) {
    throw error instanceof Refusal ? refused(error.message) : error
  }
}

function refused(message: string): Refusal {
  return new Refusal('InvalidConfigurationContent', message)
}
