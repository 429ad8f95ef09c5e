import type { SecureContext, TLSSocket } from 'node:tls'
import type { WebSocket as NodeSocket } from 'ws'

/** The standard WebSocket, and `terminate`, which only `ws` adds. */
export type AnyWebSocket = WebSocket & { terminate?(): void }

interface Loaded {
  readonly WebSocket: typeof NodeSocket
  /** The trusted certificates. Without it, Node reads all of them for each connection. */
  readonly secureContext: SecureContext
}

/** An import takes time even if the module is loaded, so all connections share the first. */
let loaded: Promise<Loaded> | undefined

/**
 * The last TLS session of each URL. The next connection resumes it, as the WebSocket of other
 * runtimes does: without the hub's certificates and their checks (RFC 8446 §2.2).
 */
const sessions = new Map<string, Buffer | undefined>()

/**
 * Opens a WebSocket of `ws` for Node 20, which has no WebSocket. The messages of a twin are too
 * small for compression.
 */
export async function openNodeSocket(url: string): Promise<AnyWebSocket> {
  const { WebSocket: NodeWebSocket, secureContext } = await (loaded ??= load())
  const options = { perMessageDeflate: false, secureContext, session: sessions.get(url) }
  const socket = new NodeWebSocket(url, 'mqtt', options)
  // A server that cannot resume a session must not prevent a connection for long.
  const forget = (): void => void sessions.delete(url)
  socket.once('error', forget)
  socket.once('upgrade', (response) => {
    socket.off('error', forget)
    const secure = response.socket as Partial<TLSSocket>
    if (secure.isSessionReused?.() === false) sessions.set(url, secure.getSession?.())
  })
  return socket as unknown as AnyWebSocket
}

async function load(): Promise<Loaded> {
  const [{ WebSocket: NodeWebSocket }, { createSecureContext }] = await Promise.all([import('ws'), import('node:tls')])
  return { WebSocket: NodeWebSocket, secureContext: createSecureContext() }
}
