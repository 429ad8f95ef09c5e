import { isHost, isLoopback } from './identity.ts'

/**
 * The parameter announces that the client has no TLS certificate. Without it, the hub asks for a
 * certificate by renegotiation, which browsers, Deno, and Bun do not support
 * (docs/protocol/protocol.md §1.1).
 */
const PATH = '/$iothub/websocket?iothub-no-client-cert=true'

/** The hub's URL for MQTT over WebSocket, on port 443 unless the host has a port. */
export function webSocketEndpoint(host: string, scheme: 'wss' | 'ws' = 'wss'): string {
  return `${scheme}://${host}${PATH}`
}

/** `host` or `host:port`, or `undefined` for any other text. */
export function parseAuthority(text: string): { host: string; port?: number } | undefined {
  const [, host, digits] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text) ?? []
  if (host === undefined || !isHost(host)) return undefined
  if (digits === undefined) return { host }
  const port = Number(digits)
  return port >= 1 && port <= 65535 ? { host, port } : undefined
}

/**
 * Completes the app's endpoint: a URL without a path gets the hub's path.
 *
 * @throws SyntaxError for anything but a `wss:` URL, or a `ws:` URL of this machine: over `ws:`
 *   the token is readable on the network
 */
export function completeEndpoint(text: string): string {
  const [, scheme, authority, path] = /^(wss?):\/\/([^/?#]+)([^#]*)$/.exec(text) ?? []
  const parsed = authority === undefined ? undefined : parseAuthority(authority)
  if (parsed === undefined) {
    throw new SyntaxError(
      'endpoint is not a WebSocket URL such as "wss://gateway.example:8443" (no user name, no fragment)',
    )
  }
  if (scheme === 'ws' && !isLoopback(parsed.host)) {
    throw new SyntaxError(`endpoint is ws:// to the host ${parsed.host}; it is only for localhost, 127.0.0.1 and [::1]`)
  }
  return path === '' || path === '/' ? `${scheme}://${authority}${PATH}` : text
}
