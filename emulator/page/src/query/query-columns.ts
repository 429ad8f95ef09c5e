import type { Json, JsonObject } from '../../../src/formats/json.ts'

/** A column of the result. */
export interface QueryColumn {
  readonly name: string
  /** In characters. */
  readonly width: number
  readonly isNumber: boolean
}

/** The fields of a twin that people look for, before its other fields. */
const FIRST = ['deviceId', 'moduleId', 'status', 'connectionState', 'tags', 'properties']

const MIN_WIDTH = 4
const MAX_WIDTH = 40

/** The number of rows that determine the widths. Later rows do not move the columns. */
const MEASURED = 100

/**
 * The columns of rows that may differ in their keys. A whole document starts with the fields that
 * matter most; a projection keeps the order of its query.
 */
export function columnsOf(rows: readonly JsonObject[], itemType: string): readonly QueryColumn[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const first = itemType === 'Raw' ? [] : FIRST.filter((name) => names.includes(name))
  const ordered = [...first, ...names.filter((name) => !first.includes(name))]
  const measured = rows.slice(0, MEASURED)
  return ordered.map((name) => {
    const lengths = measured.map((row) => textOf(row[name]).length)
    const values = measured.flatMap((row) => row[name] ?? [])
    return {
      name,
      width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, name.length, ...lengths)),
      isNumber: values.length > 0 && values.every((value) => typeof value === 'number'),
    }
  })
}

/** A value in a cell: a nested value as JSON, without the metadata of a twin. */
export function textOf(value: Json | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  return JSON.stringify(value, (key, inner: Json) => (key === '$metadata' ? undefined : inner))
}
