export { telemetry } from './telemetry.ts'

export type { SendOptions, Telemetry } from './api.ts'
export type { MessageOptions, TelemetryBody } from './message.ts'
export type { TelemetryOptions } from './options.ts'
