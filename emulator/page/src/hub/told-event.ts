import type { HubEvent, MissedEvents, Telemetry } from '../../../src/events/hub-event.ts'

type Bodied = { readonly body?: string; readonly bodyBase64?: string }

/** An event as the stream tells it: the bytes of a telemetry message are a text or base64. */
export type ToldEvent = Exclude<HubEvent, Telemetry> | (Omit<Extract<HubEvent, Telemetry>, 'body'> & Bodied)

/** What comes over the stream; the count is null where the hub has started again meanwhile. */
export type Told = ToldEvent | (Omit<MissedEvents, 'count'> & { readonly count: number | null })
