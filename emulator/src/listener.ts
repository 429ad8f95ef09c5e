import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Upgrades } from './broker/upgrade.ts'

export interface Listener {
  readonly port: number
  close(): Promise<void>
}

export interface ListenerOptions {
  readonly port: number
  readonly address: string
  /** With it the port speaks TLS. */
  readonly certificate?: { readonly cert: string; readonly key: string }
}

/** One port that takes REST and MQTT over WebSocket, as IoT Hub's does. */
export async function listen(app: Hono, upgrades: Upgrades, options: ListenerOptions): Promise<Listener> {
  const { port, address, certificate } = options
  const handle = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const onRequest: Parameters<typeof createServer>[1] = (request, response) => void handle(request, response)
  const server: Server =
    certificate === undefined ? createServer(onRequest) : createSecureServer(certificate, onRequest)
  upgrades.serve(server, certificate !== undefined)
  // An upgraded socket is no longer the server's own, yet the server would wait for it.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(port, address)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
