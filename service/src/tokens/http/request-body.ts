import type { Context } from 'hono'
import { Problem } from '../base/problem.ts'

/**
 * The body as a JSON object, `{}` where there is none.
 *
 * A page of another site can send a form, with cookies and without asking first; it can't send `application/json` so (Fetch, CORS-safelisted
 * request-header). So a body in any other type is refused, whatever it holds.
 */
export async function readBody(context: Context): Promise<Readonly<Record<string, unknown>>> {
  const text = await context.req.text().catch(incomplete)
  if (text === '' && context.req.header('content-type') === undefined) return {}
  if (!isJson(context)) {
    throw new Problem('ERR_CONTENT_TYPE', 'The body is not application/json')
  }
  if (text === '') return {}
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  } catch {
    // Said below, and never with what was sent: it may hold a code.
  }
  throw new Problem('ERR_BAD_REQUEST', 'The body is not a JSON object')
}

/** A client that goes away in the middle of its body is no fault of the service. */
export function incomplete(error: unknown): never {
  throw error instanceof Problem ? error : new Problem('ERR_BAD_REQUEST', 'The body did not come whole')
}

export function isJson(context: Context): boolean {
  return context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json'
}
