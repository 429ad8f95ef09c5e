import type { Json, JsonObject } from '../../../src/formats/json.ts'

/** When, and for desired properties by which version, something was last changed. */
export interface Touched {
  readonly at: number
  readonly version?: number
}

/** A row of the tree: a value, or the name of what the next rows are in. */
export interface Leaf {
  readonly path: string
  readonly key: string
  readonly depth: number
  /** Undefined for an object with something in it. */
  readonly value: Json | undefined
  readonly touched: Touched | undefined
}

export interface Leaves {
  readonly rows: readonly Leaf[]
  /** Of the section as a whole. */
  readonly whole: Touched | undefined
}

/** A section of a twin, a row a property, in the order of the document; what the hub itself writes stands beside them. */
export function leavesOf(section: JsonObject): Leaves {
  const metadata = section['$metadata']
  const rows: Leaf[] = []
  collect(section, isObject(metadata) ? metadata : {}, '', 0, rows)
  return { rows, whole: touchedIn(metadata) }
}

function collect(value: JsonObject, metadata: JsonObject, above: string, depth: number, rows: Leaf[]): void {
  for (const [key, child] of Object.entries(value)) {
    if (depth === 0 && (key === '$metadata' || key === '$version')) continue
    const path = `${above}${key}`
    const about = Object.hasOwn(metadata, key) ? metadata[key] : undefined
    const isBranch = isObject(child) && Object.keys(child).length > 0
    rows.push({ path, key, depth, value: isBranch ? undefined : child, touched: touchedIn(about) })
    if (isBranch) collect(child, isObject(about) ? about : {}, `${path}.`, depth + 1, rows)
  }
}

function touchedIn(about: Json | undefined): Touched | undefined {
  if (!isObject(about) || typeof about['$lastUpdated'] !== 'string') return undefined
  const version = about['$lastUpdatedVersion']
  return { at: Date.parse(about['$lastUpdated']), ...(typeof version === 'number' && { version }) }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
