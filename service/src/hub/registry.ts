import iothub from 'azure-iothub'
import { parseConnectionString } from './connection-string.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { localAgent } from './local-agent.ts'
import { translateError } from './translate-error.ts'
import { ServiceError } from './service-error.ts'
import { isDeviceId } from '../tokens/base/device-id.ts'

/** Desired or reported properties, with what the hub keeps about them under `$metadata` and `$version`. */
export interface TwinProperties extends JsonObject {
  readonly $version: number
}

/** A twin as the back end sees it. */
export interface TwinDocument {
  readonly deviceId: string
  readonly moduleId?: string
  /** Changes with tags and desired properties: given back, it makes an update fail where somebody was faster. */
  readonly etag: string
  readonly tags: JsonObject
  readonly properties: { readonly desired: TwinProperties; readonly reported: TwinProperties }
}

/** A merge patch: what is named changes, `null` removes. */
export interface TwinPatch {
  readonly tags?: JsonObject
  readonly properties?: { readonly desired: JsonObject }
}

/** A device as the registry has it. */
export interface DeviceIdentity {
  readonly deviceId: string
  readonly isEnabled: boolean
  /** base64; a device that authenticates by certificate has none. */
  readonly primaryKey?: string
}

/** The hub, as far as twins and tokens need it. Every operation rejects with a `ServiceError`, and never later than its deadline; with a TypeError for what is no device ID. */
export interface Registry {
  /** host, or host:port */
  readonly authority: string
  getTwin(deviceId: string): Promise<TwinDocument>
  updateTwin(deviceId: string, patch: TwinPatch, etag: string): Promise<TwinDocument>
  getDevice(deviceId: string): Promise<DeviceIdentity>
  /** @throws ServiceError ERR_CONFLICT where it exists */
  createDevice(deviceId: string): Promise<DeviceIdentity>
  /** A disabled device gets no connection any more. */
  disableDevice(deviceId: string): Promise<DeviceIdentity>
  /** Page by page, each asked for when it is wanted; what a row holds is up to the query. */
  query(sql: string, pageSize: number): AsyncIterable<readonly JsonValue[]>
}

export interface RegistryOptions {
  /** PEM of an authority to trust instead of those that Node knows. For a hub of this machine. */
  readonly certificateAuthority?: string | undefined
  /** @default 30_000 */
  readonly requestTimeoutInMs?: number | undefined
}

/**
 * Opens the registry of a hub with the official SDK, azure-iothub. Nothing is sent yet.
 *
 * A hub in Azure and a hub of this machine, whose HostName carries a port, are used alike.
 *
 * @param connectionString of a shared access policy, as the portal or the local hub shows it
 * @throws SyntaxError where the connection string is at fault
 * @example
 * ```ts
 * import { openRegistry, patchDesired } from 'hubtwin-service'
 *
 * const registry = openRegistry(process.env.IOTHUB_CONNECTION_STRING!)
 * await patchDesired(registry, 'device1', { climate: { minTemperature: 69 } })
 * ```
 */
export function openRegistry(connectionString: string, options: RegistryOptions = {}): Registry {
  const { requestTimeoutInMs = 30_000, certificateAuthority } = options
  const hub = parseConnectionString(connectionString)
  const authority = hub.port === undefined ? hub.hostName : `${hub.hostName}:${hub.port}`
  const sdk = iothub.Registry.fromConnectionString(
    `HostName=${hub.hostName};SharedAccessKeyName=${hub.sharedAccessKeyName};SharedAccessKey=${hub.sharedAccessKey}`,
  )
  const agent = localAgent(hub, certificateAuthority)
  // Private, but the only door: the SDK's registry has no public option for an agent.
  if (agent !== undefined) sdk['_restApiClient'].setOptions({ http: { agent } })

  /** The SDK sets no deadline of its own: a hub that never answers would hold its caller for ever. */
  async function answer<T>(request: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new ServiceError('ERR_TIMEOUT', `No answer from ${authority} within ${requestTimeoutInMs} ms`))
      }, requestTimeoutInMs)
    })
    try {
      return await Promise.race([request, deadline])
    } catch (error) {
      throw translateError(error, authority)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    authority,
    async getTwin(deviceId) {
      return toDocument((await answer(sdk.getTwin(checkId(deviceId)))).responseBody)
    },
    async updateTwin(deviceId, patch, etag) {
      return toDocument((await answer(sdk.updateTwin(checkId(deviceId), patch, etag))).responseBody)
    },
    async getDevice(deviceId) {
      return toIdentity(deviceId, (await answer(sdk.get(checkId(deviceId)))).responseBody)
    },
    async createDevice(deviceId) {
      return toIdentity(deviceId, (await answer(sdk.create({ deviceId: checkId(deviceId) }))).responseBody)
    },
    async disableDevice(deviceId) {
      const device = (await answer(sdk.get(checkId(deviceId)))).responseBody
      device.status = 'disabled'
      return toIdentity(deviceId, (await answer(sdk.update(device))).responseBody)
    },
    async *query(sql, pageSize) {
      const query = sdk.createQuery(sql, pageSize)
      do {
        // Without its argument, next() asks for the first page again and again.
        const { result } = await answer(query.next(query.continuationToken))
        if (!Array.isArray(result)) {
          throw new ServiceError('ERR_PROTOCOL', `${authority} answered a query with something that is no list of rows`)
        }
        yield result as JsonValue[]
      } while (query.hasMoreResults)
    },
  }
}

/** For `.`, azure-iothub asks for another resource, and throws out of a callback at the answer. */
function checkId(deviceId: string): string {
  if (isDeviceId(deviceId)) return deviceId
  throw new TypeError(
    `Device ID is ${JSON.stringify(deviceId)}; expected 1 to 128 letters, digits and - . + % _ # * ? ! ( ) , : ; = @ $ ', not "." or ".."`,
  )
}

/** The SDK copies the hub's JSON into its Twin as it came, and adds a reference back to itself. */
function toDocument(twin: object): TwinDocument {
  const { _registry, ...document } = twin as { _registry: unknown } & TwinDocument
  return document
}

/** The SDK takes whatever came for a device, an error page of some proxy too. */
function toIdentity(wanted: string, { deviceId, status, authentication }: iothub.Device): DeviceIdentity {
  if (deviceId !== wanted)
    throw new ServiceError('ERR_PROTOCOL', `What answers for ${wanted} does not answer as an IoT hub`)
  const primaryKey = authentication?.symmetricKey?.primaryKey
  return { deviceId, isEnabled: status === 'enabled', ...(primaryKey && { primaryKey }) }
}
