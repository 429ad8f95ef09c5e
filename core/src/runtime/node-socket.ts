import type { WebSocket as NodeSocket } from 'ws'

/** The standard WebSocket, and `terminate`, which only `ws` adds. */
export type AnyWebSocket = WebSocket & { terminate?(): void }

/** An import takes time even if the module is loaded, so all connections share the first. */
let ws: Promise<{ readonly WebSocket: typeof NodeSocket }> | undefined

/**
 * Opens a WebSocket of `ws` for Node 20, which has no WebSocket. The messages of a twin are too
 * small for compression.
 */
export async function openNodeSocket(url: string): Promise<AnyWebSocket> {
  ws ??= import('ws')
  const { WebSocket: NodeWebSocket } = await ws
  return new NodeWebSocket(url, 'mqtt', { perMessageDeflate: false }) as unknown as AnyWebSocket
}
