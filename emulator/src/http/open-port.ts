import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'

/** An open port. */
export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/**
 * Makes a server listen, and keeps track of its sockets. `close()` destroys them, because a server
 * waits for upgraded sockets but does not close them.
 */
export async function openPort(server: Server, port: number, address: string): Promise<Listener> {
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
