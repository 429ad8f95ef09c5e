import type { Context as HonoContext } from 'hono'
import type { Json } from '../rules/json.ts'
import { Refusal } from '../rules/refusal.ts'

/** The body of a request as JSON. @throws Refusal IotHubFormatError */
export async function readJson(request: HonoContext): Promise<Json> {
  const text = await request.req.text()
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new Refusal('IotHubFormatError', 'The body must be JSON')
  }
}

/** azure-iothub reads a body only if the content type says JSON (protocol sheet 6.1). */
export function json(body: unknown, status: number = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })
}

export function noContent(): Response {
  return new Response(null, { status: 204 })
}

/** A whole number from a header or the query. @throws Refusal ArgumentInvalid */
export function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new Refusal('ArgumentInvalid', `${name} must be a whole number above 0`)
}
