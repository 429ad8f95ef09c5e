import type { TokenService } from './token-service.ts'

/** The part of `HttpRequest` (`@azure/functions` 4) that the handler reads. */
interface FunctionRequest {
  readonly method: string
  readonly url: string
  readonly headers: { forEach(each: (value: string, name: string) => void): void }
  arrayBuffer(): Promise<ArrayBuffer>
}

/** The part of `HttpResponseInit` that the handler returns. */
interface FunctionResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/**
 * Wraps the token service as the handler of an HTTP trigger (Azure Functions, Node.js programming
 * model v4). The trigger's request resembles a `Request` but is not an instance.
 *
 * The platform ends TLS and appends the client's address to `X-Forwarded-For`.
 *
 * @example
 * ```ts
 * import { createTokenService, functionHandler, sasFromPolicy } from 'hubtwin-service/tokens'
 *
 * const hub = { hostName: 'contoso.azure-devices.net' }
 * const sharedAccessKey = process.env.DEVICE_POLICY_KEY!
 * const sas = sasFromPolicy(hub, { sharedAccessKeyName: 'device', sharedAccessKey })
 * export const handler = functionHandler(createTokenService({ hub, sas }))
 * ```
 */
export function functionHandler(service: TokenService): (request: FunctionRequest) => Promise<FunctionResponse> {
  return async (request) => {
    const headers = new Headers()
    request.headers.forEach((value, name) => headers.append(name, value))
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
    const init = { method: request.method, headers, ...(hasBody && { body: await request.arrayBuffer() }) }
    const response = await service.fetch(new Request(request.url, init), { address: clientOf(headers) })
    return { status: response.status, headers: response.headers, body: await response.text() }
  }
}

/** Azure's front ends add a port, which the service removes. */
function clientOf(headers: Headers): string | undefined {
  return headers.get('x-forwarded-for')?.split(',').at(-1)
}
