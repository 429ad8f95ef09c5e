import { eventJson } from './event-json.ts'
import type { HubEvent, MessageContent } from './hub-event.ts'

/** A hub event in the log, and the fields that filters need. */
export interface LoggedEvent {
  readonly sequence: number
  /** Undefined for an event without a device. */
  readonly deviceId: string | undefined
  readonly type: HubEvent['type']
  /** Characters of JSON. For an event with a body, its bytes and the characters of properties. */
  readonly size: number
  /**
   * JSON, or an event with a body as it is. Telemetry and method calls are by far the most frequent
   * events, their size is known without JSON, and JSON takes longer than the rest of the log. A
   * body is a copy of its own, so the log keeps no larger buffer in memory.
   */
  readonly content: string | EventWithBody
}

type EventWithBody = Extract<HubEvent, { body: Uint8Array }>

export function loggedEvent(event: HubEvent): LoggedEvent {
  const { sequence, deviceId, type } = event
  if ('body' in event) return { sequence, deviceId, type, size: sizeOf(event), content: event }
  const content = JSON.stringify(eventJson(event))
  return { sequence, deviceId, type, size: content.length, content }
}

/** @returns JSON, in one line */
export function textOf({ content }: LoggedEvent): string {
  return typeof content === 'string' ? content : JSON.stringify(eventJson(content))
}

function sizeOf(event: EventWithBody): number {
  const { byteLength } = event.body
  if (!('properties' in event)) return byteLength
  return byteLength + charactersOf(event.properties) + charactersOf(event.systemProperties)
}

/** The values of a property bag are strings or null. */
function charactersOf(properties: MessageContent['properties']): number {
  let characters = 0
  for (const [name, value] of Object.entries(properties)) {
    characters += name.length + (typeof value === 'string' ? value.length : 0)
  }
  return characters
}
