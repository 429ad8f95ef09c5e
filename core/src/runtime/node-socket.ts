import type { WebSocket as NodeSocket } from 'ws'

/** The standard WebSocket, and `terminate`, which only `ws` adds. */
export type AnyWebSocket = WebSocket & { terminate?(): void }

/** An import takes time also when the module is loaded, so all connections share the first. */
let ws: Promise<{ readonly WebSocket: typeof NodeSocket }> | undefined

/**
 * Opens a WebSocket of `ws` for Node 20, which has no WebSocket. The MQTT of a twin is too small
 * and too short-lived for compression to pay.
 */
export async function openNodeSocket(url: string): Promise<AnyWebSocket> {
  ws ??= import('ws')
  const { WebSocket: NodeWebSocket } = await ws
  return new NodeWebSocket(url, 'mqtt', { perMessageDeflate: false }) as unknown as AnyWebSocket
}
