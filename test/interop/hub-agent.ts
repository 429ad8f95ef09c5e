import { Agent } from 'node:https'
import { connect } from 'node:tls'

/**
 * Creates an agent that connects to the port of a hub on this machine and trusts only that hub's
 * authority. The official SDKs dial port 443 of the host in the connection string, and only an
 * agent changes that (docs/protocol/protocol.md §1.2).
 *
 * @param certificateAuthority PEM
 */
export function hubAgent(certificateAuthority: string, port: number): Agent {
  const agent = new Agent()
  agent.createConnection = () => connect({ host: '127.0.0.1', port, servername: 'localhost', ca: certificateAuthority })
  return agent
}

/** Returns a connection string for the SDKs, which accept no port in a host name. */
export function withoutPort(connectionString: string): string {
  return connectionString.replace(/^(HostName=[^:;]+):\d+/, '$1')
}

export function portOf(connectionString: string): number {
  return Number(/^HostName=[^:;]+:(\d+)/.exec(connectionString)?.[1] ?? 443)
}
