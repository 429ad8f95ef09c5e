import { Agent } from 'node:https'
import { connect } from 'node:tls'

/**
 * The official SDKs dial port 443 of the host in the connection string, and nothing in their
 * options says otherwise but an agent (docs/protocol/protocol.md §1.2). This one goes to the port
 * of a hub on this machine, and trusts that hub's authority only.
 *
 * @param certificateAuthority PEM
 */
export function hubAgent(certificateAuthority: string, port: number): Agent {
  const agent = new Agent()
  agent.createConnection = () => connect({ host: '127.0.0.1', port, servername: 'localhost', ca: certificateAuthority })
  return agent
}

/** A connection string as the SDKs understand it, which know no port in a host name. */
export function withoutPort(connectionString: string): string {
  return connectionString.replace(/^(HostName=[^:;]+):\d+/, '$1')
}

export function portOf(connectionString: string): number {
  return Number(/^HostName=[^:;]+:(\d+)/.exec(connectionString)?.[1] ?? 443)
}
