import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

const PROBE_INTERVAL_IN_MS = 100

/** A load balancer for TCP that sends connections only to backends that say they are ready. */
export interface Balancer {
  readonly url: string
  readonly port: number
  /** How many connections each backend closed without a response, by its port. */
  readonly cuts: ReadonlyMap<number, number>
  /** How many connections each backend got, by its port. */
  readonly connections: ReadonlyMap<number, number>
  close(): Promise<void>
}

/** @param ports of the backends, which answer `/readyz` */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const ready = new Set(ports)
  const connections = new Map(ports.map((port) => [port, 0]))
  const cuts = new Map(ports.map((port) => [port, 0]))
  const clients = new Set<Socket>()
  let turn = 0

  async function probe(port: number): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (response?.ok === true) ready.add(port)
    else ready.delete(port)
  }
  const timer = setInterval(() => void Promise.all(ports.map(probe)), PROBE_INTERVAL_IN_MS)

  /** Tries the backends in turn, the ready ones first. */
  function open(client: Socket, left: readonly number[]): void {
    const [port, ...others] = left
    if (port === undefined) {
      client.destroy()
      return
    }
    const backend = connect(port, '127.0.0.1')
    let isConnected = false
    backend.once('connect', () => {
      isConnected = true
      connections.set(port, (connections.get(port) ?? 0) + 1)
      client.pipe(backend)
      backend.pipe(client)
    })
    backend.once('error', () => {
      if (!isConnected) open(client, others)
    })
    backend.once('close', () => {
      if (!isConnected) return
      if (backend.bytesRead === 0 && !client.destroyed) cuts.set(port, (cuts.get(port) ?? 0) + 1)
      client.end()
    })
    client.once('close', () => backend.destroy())
    client.once('error', () => backend.destroy())
  }

  const server = createServer((client) => {
    clients.add(client)
    client.once('close', () => clients.delete(client))
    turn += 1
    const rotated = [...ports.slice(turn % ports.length), ...ports.slice(0, turn % ports.length)]
    open(client, [...rotated.filter((port) => ready.has(port)), ...rotated.filter((port) => !ready.has(port))])
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    cuts,
    connections,
    async close() {
      clearInterval(timer)
      for (const client of clients) client.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
