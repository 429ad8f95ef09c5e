import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest, type Agent } from 'node:https'
import { parseConnectionString } from './connection-string.ts'
import { localAgent } from './local-agent.ts'
import { ServiceError } from './service-error.ts'
import { translateError } from './translate-error.ts'

/** A request that azure-iothub has no public call for. */
export interface HubRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

/** The HTTP endpoint of a hub, with tokens of a shared access policy. */
export interface HubHttp {
  /** `host` or `host:port`. */
  readonly authority: string
  /**
   * Sends a request and resolves with the response as a stream.
   *
   * @throws ServiceError ERR_UNREACHABLE, ERR_CERTIFICATE, ERR_TIMEOUT; a response with an error
   *   status is not an error here
   */
  open(request: HubRequest): Promise<IncomingMessage>
  /** Sends a request and reads the whole response. @throws ServiceError also for an error status */
  call(request: HubRequest): Promise<HubResponse>
}

export interface HubResponse {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

export interface HubHttpOptions {
  /** PEM of an authority to trust in place of Node's own. For a hub on this machine. */
  readonly certificateAuthority?: string | undefined
  /** Until the response begins. @default 30_000 */
  readonly requestTimeoutInMs?: number | undefined
}

/** A request is short, so its token is short-lived. */
const TOKEN_LIFETIME_IN_SECONDS = 3600

/** A hub's response to these requests is far smaller. */
const MAX_RESPONSE_CHARACTERS = 4 * 1024 * 1024

/** @throws SyntaxError if the connection string is invalid */
export function openHubHttp(connectionString: string, options: HubHttpOptions = {}): HubHttp {
  const { certificateAuthority, requestTimeoutInMs = 30_000 } = options
  const hub = parseConnectionString(connectionString)
  const authority = hub.port === undefined ? hub.hostName : `${hub.hostName}:${hub.port}`
  const agent = localAgent(hub, certificateAuthority)

  function token(): string {
    const expiry = Math.ceil(Date.now() / 1000) + TOKEN_LIFETIME_IN_SECONDS
    const resource = encodeURIComponent(hub.hostName)
    const key = Buffer.from(hub.sharedAccessKey, 'base64')
    const signature = createHmac('sha256', key).update(`${resource}\n${expiry}`).digest('base64')
    const fields = [`sr=${resource}`, `sig=${encodeURIComponent(signature)}`, `se=${expiry}`]
    return `SharedAccessSignature ${fields.join('&')}&skn=${encodeURIComponent(hub.sharedAccessKeyName)}`
  }

  async function open({ method, path, headers, body, signal }: HubRequest): Promise<IncomingMessage> {
    try {
      return await send({
        hostName: hub.hostName,
        agent,
        method,
        path,
        headers: { ...headers, authorization: token(), host: authority },
        body,
        signals: [AbortSignal.timeout(requestTimeoutInMs), ...(signal === undefined ? [] : [signal])],
      })
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') {
        throw new ServiceError('ERR_TIMEOUT', `No response from ${authority} within ${requestTimeoutInMs} ms`)
      }
      signal?.throwIfAborted()
      throw translateError(error, authority)
    }
  }

  return {
    authority,
    open,
    async call(request) {
      const response = await open(request)
      const text = await readAll(response)
      const status = response.statusCode ?? 0
      if (status < 200 || status > 299) throw translateError({ response, message: messageIn(text) }, authority)
      return { status, headers: response.headers, text }
    },
  }
}

interface Sending {
  readonly hostName: string
  readonly agent: Agent | undefined
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  readonly signals: readonly AbortSignal[]
}

/** The signals end the wait for the response, not the response. */
function send({ hostName, agent, signals, body, ...options }: Sending): Promise<IncomingMessage> {
  const signal = AbortSignal.any([...signals])
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ host: hostName.replace(/^\[|\]$/g, ''), ...(agent && { agent }), ...options })
    const abort = (): void => {
      reject(signal.reason as Error)
      request.destroy()
    }
    request.once('response', (response) => {
      signal.removeEventListener('abort', abort)
      resolve(response)
    })
    request.once('error', (error) => {
      signal.removeEventListener('abort', abort)
      reject(error)
    })
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    else request.end(body)
  })
}

/** Reads a response. @throws Error if it ends early */
export async function readAll(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8')
  let text = ''
  for await (const chunk of response) {
    text += String(chunk)
    if (text.length > MAX_RESPONSE_CHARACTERS) {
      response.destroy()
      throw new ServiceError('ERR_PROTOCOL', 'The response is too large; it does not come from an IoT hub')
    }
  }
  return text
}

/** The sentence in an error body of a hub (docs/protocol/protocol.md §6.3), or the whole body. */
export function messageIn(text: string): string {
  try {
    const body = JSON.parse(text) as { readonly message?: unknown; readonly Message?: unknown }
    const message = body.message ?? body.Message
    return typeof message === 'string' ? message : text
  } catch {
    return text
  }
}
