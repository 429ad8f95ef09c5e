import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Metrics } from './metrics.ts'
import { answerProbe, type Readiness } from './readiness.ts'

/** A monitor sends a request every few seconds. */
const LIMITS = { headersTimeout: 5_000, requestTimeout: 10_000, maxHeaderSize: 16_384 } as const

export interface MetricsServer {
  readonly port: number
  close(): void
}

/**
 * Serves `/metrics` and the probes on a port of their own: metrics are not for clients.
 *
 * @throws Error if the port is in use (`code` EADDRINUSE)
 */
export async function serveMetrics(
  metrics: Metrics,
  readiness: Readiness,
  { port, address }: { readonly port: number; readonly address: string },
): Promise<MetricsServer> {
  async function answer(pathname: string): Promise<Response> {
    if (pathname === '/metrics')
      return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } })
    return (await answerProbe(pathname, readiness)) ?? new Response(null, { status: 404 })
  }

  const listener = getRequestListener((request) => answer(new URL(request.url).pathname))
  const server = createServer(LIMITS, (request, response) => void listener(request, response))
  server.maxConnections = 50
  server.listen(port, address)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
