import type { Context } from 'hono'
import { Problem } from '../base/problem.ts'

/**
 * Reads the body as a JSON object, or `{}` if there is no body.
 *
 * A page of another site can send a form with cookies and without a preflight, but not
 * `application/json` (Fetch Standard, "CORS-safelisted request-header"). So the service refuses any
 * other type, whatever the body contains.
 */
export async function readBody(context: Context): Promise<Readonly<Record<string, unknown>>> {
  const text = await context.req.text().catch(refuseIncomplete)
  if (text === '' && context.req.header('content-type') === undefined) return {}
  if (!isJson(context)) {
    throw new Problem('ERR_CONTENT_TYPE', 'The body is not application/json')
  }
  if (text === '') return {}
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  } catch {
    // The error below never quotes the body, which may hold a code.
  }
  throw new Problem('ERR_BAD_REQUEST', 'The body is not a JSON object')
}

/** A client that disconnects in the middle of its body is not a failure of the service. */
export function refuseIncomplete(error: unknown): never {
  throw error instanceof Problem ? error : new Problem('ERR_BAD_REQUEST', 'The body is incomplete')
}

export function isJson(context: Context): boolean {
  return context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json'
}
