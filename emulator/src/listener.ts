import { once } from 'node:events'
import type { Server, ServerOptions } from 'node:http'
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
  /** How long a client may take over what is not worth waiting for. */
  readonly slowClientTimeoutInMs: number
  /** With it the port speaks TLS. */
  readonly certificate?: { readonly cert: string; readonly key: string }
}

/** A peer that has vanished without a goodbye is found by the system's own probes: MQTT with a keep-alive of 0, and HTTP, have none. */
export const noticeDeadPeers = { keepAlive: true, keepAliveInitialDelay: 60_000 } as const

/** Longer than the longest answer takes: a method may wait 300 s for its device, and 300 s for what it says. */
const silenceInMs = 11 * 60_000

/** One port that takes REST and MQTT over WebSocket, as IoT Hub's does. */
export async function listen(app: Hono, upgrades: Upgrades, options: ListenerOptions): Promise<Listener> {
  const { port, address, certificate, slowClientTimeoutInMs } = options
  const handle = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const onRequest: Parameters<typeof createServer>[1] = (request, response) => void handle(request, response)
  const settings: ServerOptions = {
    ...noticeDeadPeers,
    headersTimeout: slowClientTimeoutInMs,
    requestTimeout: slowClientTimeoutInMs,
    connectionsCheckingInterval: slowClientTimeoutInMs / 4,
  }
  const server: Server =
    certificate === undefined
      ? createServer(settings, onRequest)
      : createSecureServer({ ...settings, ...certificate, handshakeTimeout: slowClientTimeoutInMs }, onRequest)
  // Of one that does not read what it has asked for.
  server.setTimeout(silenceInMs)
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
