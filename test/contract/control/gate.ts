import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/**
 * A gate in front of a port. It stands for a network between a device and the hub that comes and
 * goes.
 */
export interface Gate {
  readonly port: number
  /** Shutting the gate breaks its connections. */
  setOpen(open: boolean): void
  close(): Promise<void>
}

/** @param target the port behind the gate, on this machine */
export async function createGate(target: number): Promise<Gate> {
  const sockets = new Set<Socket>()
  let isOpen = false

  const server = createServer((near) => {
    // The gate keeps its port while it is shut. Otherwise another program could take the port.
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
