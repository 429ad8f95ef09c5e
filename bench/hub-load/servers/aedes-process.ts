import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Aedes } from 'aedes'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { serve } from '../remote.ts'

// Plain aedes: its own memory for sessions and routing, over the stream of ws.

const broker = await Aedes.createBroker()

export interface Certificate {
  readonly cert: string
  readonly key: string
}

const api = {
  /** @param certificate for TLS; without it, WebSocket. @returns the port */
  async listen(certificate: Certificate | undefined): Promise<number> {
    const server = certificate === undefined ? createServer() : createTlsServer(certificate, broker.handle)
    if (certificate === undefined) {
      const webSockets = new WebSocketServer({
        server: server as ReturnType<typeof createServer>,
        perMessageDeflate: false,
      })
      webSockets.on('connection', (webSocket) => broker.handle(createWebSocketStream(webSocket)))
    }
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  },
  heap(_: undefined): number {
    for (let time = 0; time < 3; time++) globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  },
}

export type AedesApi = typeof api

serve(api)
