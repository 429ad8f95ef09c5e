import { Agent } from 'node:https'
import { connect as connectTls } from 'node:tls'
import { JobClient, Registry } from 'azure-iothub'
import type { Hub } from '../../emulator/src/index.ts'
import { later } from './cleanup.ts'
import { keyOf } from './sas-token.ts'

/**
 * Creates the real Registry of azure-iothub. It accepts neither a port nor a CA, so its agent sets
 * both (docs/protocol/protocol.md §1.2).
 */
export function registryOf(hub: Hub): Registry {
  return ledTo(hub, Registry.fromConnectionString(ownerConnectionString(hub)))
}

export function jobClientOf(hub: Hub): JobClient {
  return ledTo(hub, JobClient.fromConnectionString(ownerConnectionString(hub)))
}

function ownerConnectionString(hub: Hub): string {
  return `HostName=localhost;SharedAccessKeyName=iothubowner;SharedAccessKey=${keyOf(hub.connectionStrings.service())}`
}

function ledTo<Client extends object>(hub: Hub, sdk: Client): Client {
  const agent = new Agent({ keepAlive: true })
  agent.createConnection = () =>
    connectTls({ host: '127.0.0.1', port: hub.securePort, servername: 'localhost', ca: hub.certificateAuthority })
  const { _restApiClient: client } = sdk as unknown as {
    _restApiClient: { setOptions(options: { http: { agent: Agent } }): void }
  }
  client.setOptions({ http: { agent } })
  later(() => agent.destroy())
  return sdk
}
