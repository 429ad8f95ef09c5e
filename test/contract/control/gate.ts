import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/** A door in front of a port: the network between a device and the hub, that comes and goes. */
export interface Gate {
  readonly port: number
  /** Shutting it breaks what is connected. */
  setOpen(open: boolean): void
  close(): Promise<void>
}

/** @param target the port behind it, on this machine */
export async function createGate(target: number): Promise<Gate> {
  const sockets = new Set<Socket>()
  let isOpen = false

  const server = createServer((near) => {
    // It goes on listening while it is shut: a port that is given up could be somebody else's by
    // the time it opens.
    if (!isOpen) return void near.destroy()
    const far = connect(target, '127.0.0.1')
    for (const [socket, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(socket)
      socket.once('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.on('error', () => socket.destroy())
      socket.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  function setOpen(open: boolean): void {
    isOpen = open
    if (!open) for (const socket of sockets) socket.destroy()
  }

  return {
    port: (server.address() as AddressInfo).port,
    setOpen,
    close() {
      setOpen(false)
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
