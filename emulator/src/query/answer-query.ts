import type { Context as HonoContext } from 'hono'
import { Refusal } from '../errors/refusal.ts'
import { isObject, type Json } from '../formats/json.ts'
import type { Context } from '../hub/context.ts'
import { json, wholeNumber } from '../http/http.ts'
import { pageResponse } from './query-page.ts'
import { QuerySyntaxError } from './query-syntax-error.ts'
import { runQuery } from './run-query.ts'

/**
 * Answers a query with a page of results (docs/protocol/protocol.md §6.2).
 *
 * @param body of the request
 */
export function answerQuery(context: Context, { req }: HonoContext, body: Json): Response {
  const text = isObject(body) ? body['query'] : undefined
  if (typeof text !== 'string') throw new Refusal('ArgumentInvalid', 'query must be a string')
  const pageSize = wholeNumber('x-ms-max-item-count', req.header('x-ms-max-item-count'))
  return pageResponse(runQuery(context, text, pageSize, req.header('x-ms-continuation') || undefined))
}

/** The same for the hub's page, with the offset of a syntax error next to the message. */
export function answerQueryOfPage(context: Context, request: HonoContext, body: Json): Response {
  try {
    return answerQuery(context, request, body)
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error
    return json({ message: error.message, offset: error.offset }, error.status)
  }
}
