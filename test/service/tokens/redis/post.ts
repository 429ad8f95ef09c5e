import { request } from 'node:http'

/** A response, or `lost` if the connection ended without one. */
export interface Outcome {
  readonly status: number | 'lost'
  readonly code?: unknown
  readonly token?: string
  readonly password?: string
}

/** Counts up, so that each request comes from its own address and no limit applies. */
let requests = 0

/** Sends a request over a new connection, so that a kill loses at most this request. */
export function post(
  port: number,
  path: string,
  { token, code }: { readonly token?: string | undefined; readonly code?: string | undefined },
): Promise<Outcome> {
  requests += 1
  const address = `10.${(requests >> 16) & 255}.${(requests >> 8) & 255}.${requests & 255}`
  return new Promise((resolve) => {
    const sent = request({
      port,
      path,
      host: '127.0.0.1',
      method: 'POST',
      agent: false,
      timeout: 20_000,
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': address,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    })
    sent.once('timeout', () => sent.destroy())
    sent.once('error', () => resolve({ status: 'lost' }))
    sent.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.once('error', () => resolve({ status: 'lost' }))
      response.once('end', () => {
        const body = JSON.parse(text) as Record<string, unknown>
        resolve({
          status: response.statusCode ?? 'lost',
          code: body['code'],
          token: String(body['token']),
          password: String(body['password']),
        })
      })
    })
    sent.end(JSON.stringify(code === undefined ? {} : { code }))
  })
}
