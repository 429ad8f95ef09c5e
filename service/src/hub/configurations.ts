import type { JsonObject } from './json.ts'
import type { Caller } from './retries.ts'

/** An automatic configuration of devices, as the hub returns it. */
export interface ConfigurationDocument extends NewConfiguration {
  readonly createdTimeUtc: string
  readonly etag: string
  /** `targetedCount` and `appliedCount`. Empty until the hub has counted. */
  readonly systemMetrics: { readonly results: Readonly<Record<string, number>> }
  readonly metrics: {
    readonly queries: Readonly<Record<string, string>>
    readonly results: Readonly<Record<string, number>>
  }
}

export interface NewConfiguration {
  readonly id: string
  readonly labels: Readonly<Record<string, string>>
  /** A value for each twin path, such as `properties.desired.firmware`. */
  readonly content: { readonly deviceContent?: JsonObject }
  /** A condition, `*` for every device, or an empty text for no device. */
  readonly targetCondition: string
  readonly priority: number
  readonly metrics: { readonly queries: Readonly<Record<string, string>> }
}

/** Automatic configurations (IoT Hub: "Automatic device management"). They need a standard tier. */
export interface ConfigurationCalls {
  /** A hub has at most 100 configurations, so they come without pages. */
  list(): Promise<readonly ConfigurationDocument[]>
  get(id: string): Promise<ConfigurationDocument>
  /** @throws ServiceError ERR_CONFLICT if the ID exists */
  add(configuration: NewConfiguration): Promise<ConfigurationDocument>
  /** @throws ServiceError ERR_CONFLICT if the configuration has changed since it was read */
  update(configuration: ConfigurationDocument): Promise<ConfigurationDocument>
  remove(id: string): Promise<void>
}

/** The part of azure-iothub's Registry that this file uses. */
export interface ConfigurationSdk {
  getConfigurations(): Answer<readonly SdkConfiguration[]>
  getConfiguration(id: string): Answer<SdkConfiguration>
  addConfiguration(configuration: SdkConfiguration): Answer<SdkConfiguration>
  updateConfiguration(configuration: SdkConfiguration): Answer<SdkConfiguration>
  removeConfiguration(id: string): Promise<unknown>
}

type Answer<T> = Promise<{ readonly responseBody: T }>

/** A configuration as azure-iothub sends and returns it. The hub may omit fields. */
export interface SdkConfiguration {
  id: string
  schemaVersion: string
  labels?: { [key: string]: string }
  content?: { deviceContent?: { [key: string]: unknown } }
  targetCondition?: string
  createdTimeUtc?: string
  priority?: number
  systemMetrics?: SdkMetrics
  metrics?: SdkMetrics
  etag?: string
}

interface SdkMetrics {
  results?: { [key: string]: number }
  queries?: { [key: string]: string }
}

export function configurationCalls(sdk: ConfigurationSdk, call: Caller): ConfigurationCalls {
  return {
    list: async () => (await call(() => sdk.getConfigurations())).responseBody.map(toDocument),
    get: async (id) => toDocument((await call(() => sdk.getConfiguration(id))).responseBody),
    add: async (configuration) =>
      toDocument((await call(() => sdk.addConfiguration({ ...configuration, schemaVersion: '1.0' }))).responseBody),
    update: async (configuration) => {
      const update = { ...configuration, schemaVersion: '1.0' }
      return toDocument((await call(() => sdk.updateConfiguration(update))).responseBody)
    },
    async remove(id) {
      await call(() => sdk.removeConfiguration(id))
    },
  }
}

/** Adds the fields that the hub may omit. */
function toDocument(configuration: SdkConfiguration): ConfigurationDocument {
  const { labels, targetCondition, priority, content, metrics, systemMetrics, createdTimeUtc, etag } = configuration
  return {
    id: configuration.id,
    labels: labels ?? {},
    content: (content ?? {}) as ConfigurationDocument['content'],
    targetCondition: targetCondition ?? '',
    priority: priority ?? 0,
    metrics: { queries: metrics?.queries ?? {}, results: metrics?.results ?? {} },
    systemMetrics: { results: systemMetrics?.results ?? {} },
    createdTimeUtc: createdTimeUtc ?? '',
    etag: etag ?? '',
  }
}
