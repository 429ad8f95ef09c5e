import type { HubEvent, MissedEvents } from '../../../src/events/hub-event.ts'

type JsonBody = { readonly body?: string; readonly bodyBase64?: string }

/** A hub event in JSON: the body of a message or of a method is text or base64. */
export type HubEventJson = WithJsonBody<HubEvent>

type WithJsonBody<Event> = Event extends { readonly body: Uint8Array } ? Omit<Event, 'body'> & JsonBody : Event

/** An event of the stream. The count of missed events is null after a restart of the hub. */
export type StreamEvent = HubEventJson | (Omit<MissedEvents, 'count'> & { readonly count: number | null })
