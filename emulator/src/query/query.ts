/** A query, understood. */
export interface Query {
  readonly from: 'devices' | 'devices.modules'
  readonly where?: Condition
}

export type Condition =
  | { readonly type: 'and' | 'or'; readonly terms: readonly Condition[] }
  | { readonly type: 'not'; readonly term: Condition }
  | { readonly type: 'defined'; readonly path: readonly string[] }
  | { readonly type: 'in' | 'nin'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly type: 'compare'; readonly operator: Operator; readonly left: Operand; readonly right: Operand }
  | { readonly type: 'value'; readonly operand: Operand }

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>='

export type Operand =
  | { readonly type: 'literal'; readonly value: string | number | boolean | null }
  | { readonly type: 'path'; readonly path: readonly string[] }
