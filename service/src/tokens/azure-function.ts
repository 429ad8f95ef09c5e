import type { TokenService } from './token-service.ts'

/** Of `HttpRequest` of `@azure/functions` 4, what is read. */
interface FunctionRequest {
  readonly method: string
  readonly url: string
  readonly headers: { forEach(each: (value: string, name: string) => void): void }
  arrayBuffer(): Promise<ArrayBuffer>
}

/** Of its `HttpResponseInit`, what is given. */
interface FunctionResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/**
 * The token service as the handler of an HTTP trigger (Azure Functions, Node.js programming model v4), whose request is like a `Request` and
 * is none.
 *
 * The platform ends TLS and hands on the client's address as the last of `X-Forwarded-For`, which it writes itself.
 *
 * @example
 * ```ts
 * import { createTokenService, functionHandler, sasFromPolicy } from 'hubtwin-service/tokens'
 *
 * const hub = { hostName: 'contoso.azure-devices.net' }
 * const sas = sasFromPolicy(hub, { sharedAccessKeyName: 'device', sharedAccessKey: process.env.DEVICE_POLICY_KEY! })
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

/** With a port, as Azure's front ends write it; the service takes the address out of it. */
function clientOf(headers: Headers): string | undefined {
  return headers.get('x-forwarded-for')?.split(',').at(-1)
}
