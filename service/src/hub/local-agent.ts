import { Agent } from 'node:https'
import { connect } from 'node:net'
import type { ServiceConnectionString } from './connection-string.ts'

/**
 * How azure-iothub reaches a hub that is not on port 443.
 *
 * The SDK has no option for a port or for a certificate authority: it would look up "localhost:10443" as a host name.
 * But it sends every request through the https agent of its REST client, and an agent decides where a connection goes.
 *
 * @param certificateAuthority PEM; without it only the authorities that Node knows are trusted (NODE_EXTRA_CA_CERTS)
 * @returns nothing for a hub on port 443, where the SDK's own agent is right
 */
export function localAgent(hub: ServiceConnectionString, certificateAuthority?: string): Agent | undefined {
  const { hostName, port, plain } = hub
  if (plain) {
    // Still an https agent, as the SDK asks for nothing else; it just gets a socket without TLS.
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
