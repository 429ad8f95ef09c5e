export { startHub } from './hub.ts'
export {
  developmentDeviceConnectionString,
  developmentDeviceId,
  developmentDeviceKey,
  developmentOwnerKey,
  developmentPorts,
  developmentServiceConnectionString,
} from './development.ts'
export { Refusal } from './rules/refusal.ts'

export type { HubEvents } from './events/event-stream.ts'
export type { ReadOptions } from './events/event-reader.ts'
export type { CloudMessageWish } from './rules/cloud-message.ts'
export type {
  CloudMessageMoved,
  Happening,
  HubEvent,
  IdentityChanged,
  MissedEvents,
  Telemetry,
  TwinChanged,
} from './rules/hub-event.ts'
export type { ConnectionInfo } from './broker/connection-info.ts'
export type { Endpoints } from './endpoints.ts'
export type { Hub, MethodWish, UpdateTwinOptions } from './hub.ts'
export type { HubClock } from './hub-clock.ts'
export type { HubOptions } from './hub-options.ts'
export type { ConnectionStringOptions, ConnectionStrings } from './connection-strings.ts'
export type { FaultReport, Faults } from './faults.ts'
export type { Fault, FaultLimit, Operation } from './rules/fault.ts'
export type { FaultTarget, FaultWish } from './rules/fault-wish.ts'
export type { Identity } from './rules/identity-id.ts'
export type { Json, JsonObject } from './rules/json.ts'
export type { PolicyName } from './rules/policies.ts'
export type { RefusalName } from './rules/refusal.ts'
export type { Tier } from './rules/tier.ts'
