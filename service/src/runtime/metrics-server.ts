import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Metrics } from './metrics.ts'
import { answerProbe, pathOf, type Readiness } from './readiness.ts'

/** A monitor sends a request every few seconds. */
const LIMITS = { headersTimeout: 5_000, requestTimeout: 10_000, maxHeaderSize: 16_384 } as const

export interface MetricsServer {
  readonly port: number
  close(): void
}

/**
 * Serves `/metrics` and the probes on a separate port: metrics are not for clients.
 *
 * @throws Error if the port is in use (`code` EADDRINUSE)
 */
export async function serveMetrics(
  metrics: Metrics,
  readiness: Readiness,
  { port, address }: { readonly port: number; readonly address: string },
): Promise<MetricsServer> {
  async function answerMetrics(response: ServerResponse): Promise<void> {
    const text = await metrics.text()
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text)
  }

  const server = createServer(LIMITS, (request, response) => {
    if (answerProbe(request, response, readiness)) return
    if (pathOf(request) === '/metrics') void answerMetrics(response)
    else response.writeHead(404).end()
  })
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
