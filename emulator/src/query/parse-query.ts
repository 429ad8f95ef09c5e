import type { Node, Semantics } from 'ohm-js'
import { checkQuery } from './check-query.ts'
import { explainSyntax } from './explain-syntax.ts'
import { checkLength } from './query-length.ts'
import { queryGrammar } from './grammar.ts'
import { QuerySyntaxError } from './query-syntax-error.ts'
import { addExpressions, expressionOf, itemsOf, pathOf, queryPathOf, syntaxError } from './parse-expression.ts'
import {
  type AggregateName,
  type Collection,
  type Column,
  type Expression,
  type Order,
  type Path,
  type Projection,
  type Query,
  AGGREGATE_NAMES,
  COLLECTIONS,
} from './query.ts'

/**
 * Parses a query.
 *
 * @throws Refusal ArgumentInvalid with the line and column of the problem, PreconditionFailed for a
 *   query that is too long
 */
export function parseQuery(text: string): Query {
  const query = parsed(text, 'Query')['query']() as Query
  checkQuery(query)
  return query
}

/**
 * Parses the condition of a job: the text after WHERE, or `*` for every device.
 *
 * @throws Refusal like `parseQuery`
 */
export function parseCondition(text: string): Expression | undefined {
  return text.trim() === '*' ? undefined : expressionOf(parsed(text, 'Condition'))
}

function parsed(text: string, rule: string): Node {
  checkLength(text)
  const match = queryGrammar().match(text, rule)
  if (match.failed()) {
    const offset = match.getRightmostFailurePosition()
    throw new QuerySyntaxError(explainSyntax(match.shortMessage ?? '', text.slice(offset)), offset)
  }
  querySemantics ??= createSemantics()
  return querySemantics(match) as Node
}

let querySemantics: Semantics | undefined

function createSemantics(): Semantics {
  const created = queryGrammar().createSemantics()
  addExpressions(created)
  addStatements(created)
  return created
}

function addStatements(semantics: Semantics): void {
  semantics.addOperation<Query>('query', {
    Query(_select, top, selection, _from, collection, where, groupBy, orderBy, _end): Query {
      const [count] = top.children
      const [condition] = where.children
      return {
        from: collectionOf(collection),
        columns: selection['columns']() as readonly Column[] | undefined,
        top: count === undefined ? undefined : Number(count.children[1]?.sourceString),
        where: condition && expressionOf(condition),
        groupBy: groupBy.children.flatMap((each) => each['paths']() as Path[]),
        orderBy: orderBy.children.flatMap((each) => each['orders']() as Order[]),
      }
    },
  })

  semantics.addOperation<readonly Column[] | undefined>('columns', {
    Selection_all: (_all) => undefined,
    Selection_columns: (columns) => itemsOf(columns).map((each, at) => columnOf(each, at)),
  })

  semantics.addOperation<Path[]>('paths', {
    GroupBy: (_group, _by, paths) => itemsOf(paths).map(pathOf),
    Arguments_all: (_all) => [],
    Arguments_paths: (paths) => itemsOf(paths).map(pathOf),
  })

  semantics.addOperation<Order[]>('orders', {
    OrderBy: (_order, _by, orders) => itemsOf(orders).map((each) => each['order']() as Order),
  })

  semantics.addOperation<Order>('order', {
    Order: (path, direction) => ({ path: pathOf(path), descending: direction.sourceString.toLowerCase() === 'desc' }),
  })

  semantics.addOperation<Projection>('projection', {
    Projection_path: (path) => ({ type: 'path', path: pathOf(path) }),
    Projection_aggregate: (name, _open, parameters, _close) => aggregate(name, parameters),
  })

  semantics.addOperation<Path | undefined>('projected', {
    Projection_path: (path) => queryPathOf(path),
    Projection_aggregate: (_name, _open, _parameters, _close) => undefined,
  })
}

function collectionOf(node: Node): Collection {
  const name = node.sourceString.replaceAll(/\s/g, '').toLowerCase()
  const found = COLLECTIONS.find((each) => each === name)
  if (found !== undefined) return found
  throw syntaxError(node, `there is no collection ${node.sourceString}. The collections are ${COLLECTIONS.join(', ')}`)
}

/**
 * Without an alias, a property keeps its own name, and an aggregate gets the number of its column.
 */
function columnOf(node: Node, at: number): Column {
  const [projection, alias] = node.children as [Node, Node]
  const value = projection['projection']() as Projection
  const name = alias.children[0]?.children[1]?.['key']() as string | undefined
  return { name: name ?? ownName(projection) ?? `$${at + 1}`, value }
}

/** The name of a property in the query, in the spelling of the documents. */
function ownName(projection: Node): string | undefined {
  const names = projection['projected']() as Path | undefined
  return names?.at(-1)
}

function aggregate(node: Node, parameters: Node): Projection {
  const given = node.sourceString.toLowerCase()
  const paths = parameters['paths']() as Path[]
  if (given === 'count') {
    if (paths.length > 0) throw syntaxError(node, 'count takes no property')
    return { type: 'count' }
  }
  const name = AGGREGATE_NAMES.find((each): each is AggregateName => each === given)
  if (name === undefined) {
    throw syntaxError(
      node,
      `there is no function ${node.sourceString}. SELECT has count, ${AGGREGATE_NAMES.join(', ')}`,
    )
  }
  const [path] = paths
  if (path === undefined || paths.length > 1) throw syntaxError(node, `${name} takes one property`)
  return { type: 'aggregate', name, path }
}
