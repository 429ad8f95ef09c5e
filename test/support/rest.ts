import type { JsonObject } from '../../emulator/src/index.ts'
import type { RemoteHub } from './hub.ts'
import { keyOf, token } from './sas-token.ts'
import { WAIT_LIMIT_IN_MS } from './waits.ts'

export interface RestAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
}

export interface RestOptions {
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** A token that replaces the token of iothubowner. */
  readonly authorization?: string
}

/** Returns the URL of a REST request, with an API version unless the path names one. */
export function versioned(path: string): string {
  return /[?&]api-version=/.test(path) ? path : `${path}${path.includes('?') ? '&' : '?'}api-version=2021-04-12`
}

/** Sends REST requests that azure-iothub cannot send. */
export async function rest(
  hub: RemoteHub,
  method: string,
  path: string,
  options: RestOptions = {},
): Promise<RestAnswer> {
  const key = keyOf(hub.connectionStrings.service())
  const answer = await fetch(`${hub.endpoints.http}${versioned(path)}`, {
    method,
    headers: {
      authorization: options.authorization ?? token('localhost', key, { policyName: 'iothubowner' }),
      'content-type': 'application/json; charset=utf-8',
      ...options.headers,
    },
    ...(options.body === undefined
      ? {}
      : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
    signal: AbortSignal.timeout(WAIT_LIMIT_IN_MS),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as JsonObject }
}
