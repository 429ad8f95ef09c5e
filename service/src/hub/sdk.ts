import { createRequire } from 'node:module'
import type iothub from 'azure-iothub'
import { parseConnectionString } from './connection-string.ts'
import { localAgent } from './local-agent.ts'

export type SdkDevice = iothub.Device
export type SdkClient = iothub.Client

/** Loads the SDK. This takes longer than the rest of a command's start. */
const loadSdk = (): typeof iothub => createRequire(import.meta.url)('azure-iothub') as typeof iothub

/** The official SDK, azure-iothub, for a hub in Azure or a local hub, whose HostName has a port. */
export interface Sdk {
  /** `host` or `host:port`. */
  readonly authority: string
  readonly registry: () => iothub.Registry
  readonly jobs: () => iothub.JobClient
  readonly client: () => iothub.Client
}

export interface SdkOptions {
  /** PEM of an authority to trust in place of Node's own. For a hub on this machine. */
  readonly certificateAuthority?: string | undefined
}

/** @throws SyntaxError if the connection string is invalid */
export function openSdk(connectionString: string, { certificateAuthority }: SdkOptions = {}): Sdk {
  const hub = parseConnectionString(connectionString)
  const text = `HostName=${hub.hostName};SharedAccessKeyName=${hub.sharedAccessKeyName};SharedAccessKey=${hub.sharedAccessKey}`
  const agent = localAgent(hub, certificateAuthority)

  return {
    authority: hub.port === undefined ? hub.hostName : `${hub.hostName}:${hub.port}`,
    // Private members: the SDK has no public option for an agent.
    registry() {
      const registry = loadSdk().Registry.fromConnectionString(text)
      if (agent !== undefined) registry['_restApiClient'].setOptions({ http: { agent } })
      return registry
    },
    jobs() {
      const jobs = loadSdk().JobClient.fromConnectionString(text)
      if (agent !== undefined) jobs['_restApiClient'].setOptions({ http: { agent } })
      return jobs
    },
    client() {
      const client = loadSdk().Client.fromConnectionString(text)
      if (agent !== undefined) client['_restApiClient'].setOptions({ http: { agent } })
      return client
    },
  }
}
