import { DEVICE_ID_RULE, isDeviceId } from '../tokens/base/device-id.ts'
import { type BulkRefusal, bulkRefusals } from './bulk-result.ts'
import { type ConfigurationCalls, configurationCalls } from './configurations.ts'
import { type JobCalls, jobCalls } from './jobs.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { createCaller, type RetryOptions } from './retries.ts'
import { openSdk, type SdkDevice } from './sdk.ts'
import { ServiceError } from './service-error.ts'

/** Desired or reported properties, with the hub's own `$metadata` and `$version`. */
export interface TwinProperties extends JsonObject {
  readonly $version: number
}

/** A twin as the back end sees it. */
export interface TwinDocument {
  readonly deviceId: string
  readonly moduleId?: string
  /** Changes with tags and desired properties. An update with an outdated etag fails. */
  readonly etag: string
  readonly tags: JsonObject
  readonly properties: { readonly desired: TwinProperties; readonly reported: TwinProperties }
}

/** A JSON merge patch (RFC 7396): `null` deletes a key. */
export interface TwinPatch {
  readonly tags?: JsonObject
  readonly properties?: { readonly desired: JsonObject }
}

/** A device's identity in the registry. */
export interface DeviceIdentity {
  readonly deviceId: string
  readonly isEnabled: boolean
  /** base64; a device that authenticates by certificate has none. */
  readonly primaryKey?: string
}

/**
 * The hub's registry and twins. Every operation rejects with a `ServiceError`, at its deadline at
 * the latest. It rejects with a TypeError if the ID cannot be a device ID.
 */
export interface Registry {
  /** `host` or `host:port`. */
  readonly authority: string
  getTwin(deviceId: string): Promise<TwinDocument>
  updateTwin(deviceId: string, patch: TwinPatch, etag: string): Promise<TwinDocument>
  getDevice(deviceId: string): Promise<DeviceIdentity>
  /** @throws ServiceError ERR_CONFLICT if the device exists */
  createDevice(deviceId: string): Promise<DeviceIdentity>
  /**
   * Creates up to 100 devices in a request, each with keys that the hub generates.
   *
   * @returns the devices that the hub refused; a device that exists is among them
   */
  createDevices(deviceIds: readonly string[]): Promise<readonly BulkRefusal[]>
  /** Deletes up to 100 devices in a request, with their twins. */
  deleteDevices(deviceIds: readonly string[]): Promise<readonly BulkRefusal[]>
  /** The hub refuses connections from a disabled device. */
  disableDevice(deviceId: string): Promise<DeviceIdentity>
  /**
   * Yields pages, and requests each only when the caller asks for it. The query determines the
   * contents of a row.
   */
  query(sql: string, pageSize: number): AsyncIterable<readonly JsonValue[]>
  readonly configurations: ConfigurationCalls
  readonly jobs: JobCalls
}

export interface RegistryOptions {
  /** PEM of an authority to trust in place of Node's own. For a hub on this machine. */
  readonly certificateAuthority?: string | undefined
  /** @default 30_000 */
  readonly requestTimeoutInMs?: number | undefined
  /**
   * Whether and how to repeat a request that the hub has refused with 429 or 503.
   *
   * @default undefined: a request is sent once
   */
  readonly retries?: RetryOptions | undefined
}

/**
 * Opens a hub's registry with the official SDK, azure-iothub. Sends nothing yet. Works with a hub
 * in Azure and with a local hub, whose HostName has a port.
 *
 * @param connectionString of a shared access policy, as the portal or the local hub shows it
 * @throws SyntaxError if the connection string is invalid
 * @example
 * ```ts
 * import { openRegistry, patchDesired } from 'hubtwin-service'
 *
 * const registry = openRegistry(process.env.IOTHUB_CONNECTION_STRING!)
 * await patchDesired(registry, 'device1', { climate: { minTemperature: 69 } })
 * ```
 */
export function openRegistry(connectionString: string, options: RegistryOptions = {}): Registry {
  const opened = openSdk(connectionString, options)
  const { authority } = opened
  const sdk = opened.registry()
  const call = createCaller(authority, options.requestTimeoutInMs ?? 30_000, options.retries)

  return {
    authority,
    async getTwin(deviceId) {
      const id = checkId(deviceId)
      return toDocument((await call(() => sdk.getTwin(id))).responseBody)
    },
    async updateTwin(deviceId, patch, etag) {
      const id = checkId(deviceId)
      return toDocument((await call(() => sdk.updateTwin(id, patch, etag))).responseBody)
    },
    async getDevice(deviceId) {
      const id = checkId(deviceId)
      return toIdentity(id, (await call(() => sdk.get(id))).responseBody)
    },
    async createDevice(deviceId) {
      const id = checkId(deviceId)
      return toIdentity(id, (await call(() => sdk.create({ deviceId: id }))).responseBody)
    },
    async disableDevice(deviceId) {
      const id = checkId(deviceId)
      const device = (await call(() => sdk.get(id))).responseBody
      device.status = 'disabled'
      return toIdentity(deviceId, (await call(() => sdk.update(device))).responseBody)
    },
    async createDevices(deviceIds) {
      return call(() => bulkRefusals(authority, sdk.addDevices(deviceIds.map(toDescription))))
    },
    async deleteDevices(deviceIds) {
      return call(() => bulkRefusals(authority, sdk.removeDevices(deviceIds.map(toDescription), true)))
    },
    async *query(sql, pageSize) {
      const query = sdk.createQuery(sql, pageSize)
      do {
        // Without the argument, next() requests the first page again.
        const { result } = await call(() => query.next(query.continuationToken))
        if (!Array.isArray(result)) {
          throw new ServiceError(
            'ERR_PROTOCOL',
            `${authority} responded to a query with something other than a list of rows`,
          )
        }
        yield result as JsonValue[]
      } while (query.hasMoreResults)
    },
    configurations: configurationCalls(sdk, call),
    jobs: jobCalls(opened.jobs(), call),
  }
}

/**
 * For `.`, azure-iothub requests another resource, and throws from a callback when the response
 * arrives.
 */
function checkId(deviceId: string): string {
  if (isDeviceId(deviceId)) return deviceId
  throw new TypeError(`Device ID is ${JSON.stringify(deviceId)}; expected ${DEVICE_ID_RULE}`)
}

function toDescription(deviceId: string): { deviceId: string } {
  return { deviceId: checkId(deviceId) }
}

/** Removes the reference to itself that the SDK adds to the hub's JSON. */
function toDocument(twin: object): TwinDocument {
  const { _registry, ...document } = twin as { _registry: unknown } & TwinDocument
  return document
}

/** Checks the response: the SDK accepts any response as a device, even a proxy's error page. */
function toIdentity(expected: string, { deviceId, status, authentication }: SdkDevice): DeviceIdentity {
  if (deviceId !== expected)
    throw new ServiceError('ERR_PROTOCOL', `The response for ${expected} does not come from an IoT hub`)
  const primaryKey = authentication?.symmetricKey?.primaryKey
  return { deviceId, isEnabled: status === 'enabled', ...(primaryKey && { primaryKey }) }
}
