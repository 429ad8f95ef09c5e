import type { Output } from './output.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

export interface Post {
  readonly token?: string | undefined
  readonly cookie?: string | undefined
  readonly origin?: string | undefined
  /** Sends an object as JSON, and a text unchanged. */
  readonly body?: unknown
  readonly headers?: Record<string, string> | undefined
  readonly method?: string | undefined
}

/** Sends a request, and registers its secrets and those of a successful response. */
export async function postRequest(address: string, request: Post, output: Output): Promise<Answer> {
  for (const text of secretsOf(request)) output.secret(text)
  const { token, cookie, origin, body, headers, method = 'POST' } = request
  const response = await fetch(address, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(cookie !== undefined && { cookie: `hubtwin=${cookie}` }),
      ...(origin !== undefined && { origin }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer: Record<string, unknown> = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  // A secret in a successful response must not appear in any other output.
  for (const given of [answer['password'], answer['token']]) if (typeof given === 'string') output.secret(given)
  if (!response.ok) output.addRefusal(response, text)
  return { status: response.status, headers: response.headers, body: answer }
}

/** The JWT, cookie, and code of a request, unless they are too short for a secret. */
function secretsOf({ token, cookie, body }: Post): string[] {
  const code = (body as { code?: unknown } | undefined)?.code
  return [
    ...[token, cookie].filter((text) => text !== undefined && text.length > 20),
    ...(typeof code === 'string' && code.length > 10 ? [code] : []),
  ] as string[]
}
