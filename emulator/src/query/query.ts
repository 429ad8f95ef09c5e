import type { Json } from '../formats/json.ts'

/** A parsed query. */
export interface Query {
  readonly from: Collection
  /** Undefined for `*`. */
  readonly columns: readonly Column[] | undefined
  readonly top: number | undefined
  readonly where: Expression | undefined
  readonly groupBy: readonly Path[]
  readonly orderBy: readonly Order[]
}

export const COLLECTIONS = ['devices', 'devices.modules', 'devices.jobs'] as const
export type Collection = (typeof COLLECTIONS)[number]

/** The keys from the root of a document down to a value. */
export type Path = readonly string[]

/** A named value in each row. */
export interface Column {
  readonly name: string
  readonly value: Projection
}

export type Projection =
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'count' }
  | { readonly type: 'aggregate'; readonly name: AggregateName; readonly path: Path }

export const AGGREGATE_NAMES = ['avg', 'sum', 'min', 'max'] as const
export type AggregateName = (typeof AGGREGATE_NAMES)[number]

export interface Order {
  readonly path: Path
  readonly descending: boolean
}

export type Expression =
  | { readonly type: 'literal'; readonly value: Value }
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'defined'; readonly path: Path }
  | { readonly type: 'and' | 'or'; readonly terms: readonly Expression[] }
  | { readonly type: 'not' | 'negative'; readonly term: Expression }
  | { readonly type: 'in' | 'nin'; readonly value: Expression; readonly list: readonly Expression[] }
  | { readonly type: 'compare'; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly type: TextTest; readonly text: Expression; readonly part: Expression }
  | { readonly type: 'arithmetic'; readonly first: Expression; readonly rest: readonly ArithmeticStep[] }

/** The functions that test the start or the end of a text. */
export const TEXT_TESTS = ['startswith', 'endswith'] as const
export type TextTest = (typeof TEXT_TESTS)[number]

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

/** A chain of operations is a list, not a tree, so that a long chain needs no deep recursion. */
export interface ArithmeticStep {
  readonly operator: '+' | '-' | '*' | '/' | '%'
  readonly operand: Expression
}

/**
 * A value of a document, or undefined for a missing value. Missing differs from false and from
 * null.
 */
export type Value = Json | undefined
