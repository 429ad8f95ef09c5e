import { Agent } from 'node:https'
import { connect } from 'node:net'
import type { ServiceConnectionString } from './connection-string.ts'

/**
 * Creates the agent with which azure-iothub reaches a hub on a port other than 443.
 *
 * The SDK has no option for a port or a certificate authority: it would resolve "localhost:10443"
 * as a host name. But it sends every request through the https agent of its REST client, and the
 * agent decides where a connection goes.
 *
 * @param certificateAuthority PEM; without it, Node's own authorities apply (NODE_EXTRA_CA_CERTS
 *   adds more)
 * @returns `undefined` for a hub on port 443, where the SDK's own agent works
 */
export function localAgent(hub: ServiceConnectionString, certificateAuthority?: string): Agent | undefined {
  const { hostName, port, plain } = hub
  if (plain) {
    // The SDK requires an https agent, so this is an https agent with a socket without TLS.
    const agent = new Agent({ keepAlive: true })
    agent.createConnection = () => connect({ host: hostName.replace(/^\[|\]$/g, ''), port: port ?? 80 })
    return agent
  }
  if (port === undefined && certificateAuthority === undefined) return undefined
  return new Agent({
    keepAlive: true,
    ...(port !== undefined && { port }),
    ...(certificateAuthority !== undefined && { ca: certificateAuthority }),
  })
}
