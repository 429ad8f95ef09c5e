export { desiredPatches } from './desired-patches.ts'
export { openRegistry } from './registry.ts'
export { ServiceError } from './service-error.ts'
export { patchDesired, queryTwins, readTwin, setTags } from './twins.ts'

export type { JsonObject, JsonValue } from './json.ts'
export type { Registry, RegistryOptions, TwinDocument, TwinPatch, TwinProperties } from './registry.ts'
export type { ServiceErrorCode } from './service-error.ts'
