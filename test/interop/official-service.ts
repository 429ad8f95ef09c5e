import iothub from 'azure-iothub'
import type { Hub } from 'hubtwin-emulator'
import { hubAgent, withoutPort } from './hub-agent.ts'

/** The real clients of azure-iothub. */
export interface OfficialService {
  readonly registry: iothub.Registry
  readonly client: iothub.Client
  readonly jobs: iothub.JobClient
}

type Policy = Parameters<Hub['connectionStrings']['service']>[0] extends infer Options ? Options : never

/** Creates clients with the rights of a policy. @default the owner */
export function officialService(hub: Hub, policy?: Policy): OfficialService {
  const connectionString = withoutPort(hub.connectionStrings.service(policy))
  const agent = hubAgent(hub.certificateAuthority, hub.securePort)
  // A private field, but the only way to set the port (docs/protocol/protocol.md §1.2).
  const led = <Client>(client: Client): Client => {
    const { _restApiClient: rest } = client as { _restApiClient: { setOptions(options: object): void } }
    rest.setOptions({ http: { agent } })
    return client
  }
  return {
    registry: led(iothub.Registry.fromConnectionString(connectionString)),
    client: led(iothub.Client.fromConnectionString(connectionString)),
    jobs: led(iothub.JobClient.fromConnectionString(connectionString)),
  }
}

/** The real client for digital twins, with the rights of the owner. */
export function officialDigitalTwins(hub: Hub): iothub.DigitalTwinClient {
  const agent = hubAgent(hub.certificateAuthority, hub.securePort)
  class LedCredentials extends iothub.IoTHubTokenCredentials {
    // The client has no option for an agent, but it gives every request to its credentials.
    override signRequest(...[request]: Parameters<iothub.IoTHubTokenCredentials['signRequest']>) {
      request.agentSettings = { http: agent, https: agent }
      return super.signRequest(request)
    }
  }
  return new iothub.DigitalTwinClient(new LedCredentials(withoutPort(hub.connectionStrings.service())))
}

/** Reads all results of a query, page by page. @returns the results and the number of pages */
export async function allPages(
  registry: iothub.Registry,
  text: string,
  pageSize?: number,
): Promise<{ rows: unknown[]; pages: number }> {
  const query = registry.createQuery(text, pageSize)
  const rows: unknown[] = []
  let pages = 0
  do {
    const { result } = await query.next(query.continuationToken)
    rows.push(...(result as unknown[]))
    pages += 1
  } while (query.hasMoreResults)
  return { rows, pages }
}

/** The name of the SDK's error, and the hub's response. */
export async function refusalOf(call: Promise<unknown>): Promise<{ name: string; message: string; body: string }> {
  const error = await call.then(
    () => undefined,
    (reason: Error & { responseBody?: string }) => reason,
  )
  if (error === undefined) throw new Error('The call was not refused')
  return { name: error.name, message: error.message, body: error.responseBody ?? '' }
}
