export { DESIRED_PATCHES } from './hub/desired-patches.ts'
export { deviceKeysOf } from './hub/device-keys.ts'
export { openRegistry } from './hub/registry.ts'
export { folderStore } from './runtime/folder-store.ts'
export { serveTokens } from './runtime/token-server.ts'
export { ServiceError } from './hub/service-error.ts'
export { patchDesired, queryTwins, readTwin, setTags } from './hub/twins.ts'

export type { ConfigurationCalls, ConfigurationDocument, NewConfiguration } from './hub/configurations.ts'
export type { JobCalls, JobCounts, JobDocument, JobStatus, TwinUpdateJob } from './hub/jobs.ts'
export type { JsonObject, JsonValue } from './hub/json.ts'
export type { RetryOptions } from './hub/retries.ts'
export type {
  DeviceIdentity,
  Registry,
  RegistryOptions,
  TwinDocument,
  TwinPatch,
  TwinProperties,
} from './hub/registry.ts'
export type { TokenServer, TokenServerOptions } from './runtime/token-server.ts'
export type { ServiceErrorCode } from './hub/service-error.ts'
