export { telemetry } from './telemetry.ts'

export type { MessageOptions, TelemetryBody } from './message.ts'
export type { TelemetryOptions } from './options.ts'
export type { SendOptions, Telemetry } from './telemetry.ts'
