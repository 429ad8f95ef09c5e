export { startHub } from './hub/start-hub.ts'
export {
  DEVELOPMENT_DEVICE_CONNECTION_STRING,
  DEVELOPMENT_DEVICE_ID,
  DEVELOPMENT_DEVICE_KEY,
  DEVELOPMENT_OWNER_KEY,
  DEVELOPMENT_PORTS,
  DEVELOPMENT_SERVICE_CONNECTION_STRING,
} from './hub/development-device.ts'
export { Refusal } from './errors/refusal.ts'

export type { HubEvents } from './events/event-stream.ts'
export type { ReadOptions } from './events/event-reader.ts'
export type { AckRequest, CloudMessageRequest } from './messages/cloud-message.ts'
export type { InputMessageRequest } from './messages/input-messages.ts'
export type {
  CloudMessageMoved,
  ConfigurationChanged,
  HubEventData,
  HubEvent,
  IdentityChanged,
  IdentityEvent,
  InputMessageMoved,
  MessageContent,
  MethodAnswered,
  MethodFailed,
  MethodSent,
  MissedEvents,
  Telemetry,
  TwinChanged,
} from './events/hub-event.ts'
export type { ConnectionInfo } from './mqtt/connections.ts'
export type { Endpoints } from './hub/endpoints.ts'
export type { Hub, HubCalls, MethodRequest, UpdateTwinOptions } from './hub/hub.ts'
export type { HubClock } from './hub/hub-clock.ts'
export type { HubOptions } from './hub/hub-options.ts'
export type { ConnectRefusal, RefusedConnect } from './access/refused-connect.ts'
export type { ConnectionStringOptions, ConnectionStrings } from './hub/connection-strings.ts'
export type { FaultReport, Faults } from './faults/faults.ts'
export type { AnswerSpec, FaultSpec, FaultTarget, RequestKind } from './faults/fault-spec.ts'
export type { Identity } from './identity/identity-id.ts'
export type { Json, JsonObject } from './formats/json.ts'
export type { PolicyName } from './access/policies.ts'
export type { RefusalName } from './errors/refusal.ts'
export type { Tier } from './throttling/tier.ts'
