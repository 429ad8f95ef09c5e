import type { HubEvent, MissedEvents, Telemetry } from '../../../src/events/hub-event.ts'

type TelemetryBody = { readonly body?: string; readonly bodyBase64?: string }

/** A hub event in JSON: the body of a telemetry message is text or base64. */
export type HubEventJson = Exclude<HubEvent, Telemetry> | (Omit<Extract<HubEvent, Telemetry>, 'body'> & TelemetryBody)

/** An event of the stream. The count of missed events is null after a restart of the hub. */
export type StreamEvent = HubEventJson | (Omit<MissedEvents, 'count'> & { readonly count: number | null })
