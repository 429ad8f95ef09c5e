export { hubConnectionString, usesLocalHub } from './commands/hub-from-environment.ts'
export { parseConnectionString } from './hub/connection-string.ts'
export { DESIRED_PATCHES } from './hub/desired-patches.ts'
export { deviceKeysOf } from './hub/device-keys.ts'
export { openHubHttp } from './hub/hub-http.ts'
export { sendMessage, waitForFeedback } from './hub/messages.ts'
export { callMethod } from './hub/methods.ts'
export { openRegistry } from './hub/registry.ts'
export { folderStore } from './runtime/folder/folder-store.ts'
export { openRedisStore } from './runtime/redis/redis-store.ts'
export { serveTokens } from './runtime/token-server.ts'
export { ServiceError } from './hub/service-error.ts'
export { patchDesired, queryTwins, readTwin, setTags } from './hub/twins.ts'

export type { BulkRefusal } from './hub/bulk-result.ts'
export type { ConfigurationCalls, ConfigurationDocument, NewConfiguration } from './hub/configurations.ts'
export type { ServiceConnectionString } from './hub/connection-string.ts'
export type { HubHttp, HubHttpOptions, HubRequest, HubResponse } from './hub/hub-http.ts'
export type { JobCalls, JobCounts, JobDocument, JobStatus, TwinUpdateJob } from './hub/jobs.ts'
export type { JsonObject, JsonValue } from './hub/json.ts'
export type { Ack, Feedback, FeedbackWait, Message } from './hub/messages.ts'
export type { MethodCall, MethodOptions, MethodResponse } from './hub/methods.ts'
export type { RetryOptions } from './hub/retries.ts'
export type {
  DeviceIdentity,
  Registry,
  RegistryOptions,
  TwinDocument,
  TwinPatch,
  TwinProperties,
} from './hub/registry.ts'
export type { FolderStoreOptions } from './runtime/folder/folder-store.ts'
export type { RedisStore, RedisStoreOptions } from './runtime/redis/redis-store.ts'
export type { TokenServer, TokenServerOptions } from './runtime/token-server.ts'
export type { ServiceErrorCode } from './hub/service-error.ts'
