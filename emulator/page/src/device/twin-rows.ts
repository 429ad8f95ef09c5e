import type { Json, JsonObject } from '../../../src/formats/json.ts'

/** The hub's metadata: when a property last changed, and for desired, with which version. */
export interface LastUpdate {
  readonly at: number
  readonly version?: number
}

/** A row of the tree: a value, or an object whose rows follow. */
export interface TwinRow {
  readonly path: string
  readonly key: string
  readonly depth: number
  /** Undefined for an object with keys. */
  readonly value: Json | undefined
  readonly lastUpdate: LastUpdate | undefined
}

export interface TwinRows {
  readonly rows: readonly TwinRow[]
  /** The last update of the section. */
  readonly whole: LastUpdate | undefined
}

/** Makes a row for each property of a section, in the order of the document, with its metadata. */
export function twinRows(section: JsonObject): TwinRows {
  const metadata = section['$metadata']
  const rows: TwinRow[] = []
  collect(section, isObject(metadata) ? metadata : {}, '', 0, rows)
  return { rows, whole: lastUpdateIn(metadata) }
}

function collect(value: JsonObject, metadata: JsonObject, above: string, depth: number, rows: TwinRow[]): void {
  for (const [key, child] of Object.entries(value)) {
    if (depth === 0 && (key === '$metadata' || key === '$version')) continue
    const path = `${above}${key}`
    const about = Object.hasOwn(metadata, key) ? metadata[key] : undefined
    const isBranch = isObject(child) && Object.keys(child).length > 0
    rows.push({ path, key, depth, value: isBranch ? undefined : child, lastUpdate: lastUpdateIn(about) })
    if (isBranch) collect(child, isObject(about) ? about : {}, `${path}.`, depth + 1, rows)
  }
}

function lastUpdateIn(about: Json | undefined): LastUpdate | undefined {
  if (!isObject(about) || typeof about['$lastUpdated'] !== 'string') return undefined
  const version = about['$lastUpdatedVersion']
  return { at: Date.parse(about['$lastUpdated']), ...(typeof version === 'number' && { version }) }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
