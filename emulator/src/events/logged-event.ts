import { eventJson } from './event-json.ts'
import type { HubEvent, Telemetry } from './hub-event.ts'

/** A hub event in the log, and the fields that filters need. */
export interface LoggedEvent {
  readonly sequence: number
  /** Undefined for an event without a device. */
  readonly deviceId: string | undefined
  readonly type: HubEvent['type']
  /** Characters of JSON. For telemetry, bytes of the body and characters of the properties. */
  readonly size: number
  /**
   * JSON, or telemetry as it is. Telemetry is by far the most frequent event, and JSON takes longer
   * than the rest of the log. Other events may hold a slice of a larger buffer, which the log would
   * keep in memory.
   */
  readonly content: string | TelemetryEvent
}

type TelemetryEvent = Extract<HubEvent, { type: 'telemetry' }>

export function loggedEvent(event: HubEvent): LoggedEvent {
  const { sequence, deviceId, type } = event
  if (event.type === 'telemetry') return { sequence, deviceId, type, size: sizeOf(event), content: event }
  const content = JSON.stringify(eventJson(event))
  return { sequence, deviceId, type, size: content.length, content }
}

/** @returns JSON, in one line */
export function textOf({ content }: LoggedEvent): string {
  return typeof content === 'string' ? content : JSON.stringify(eventJson(content))
}

function sizeOf({ body, properties, systemProperties }: Telemetry): number {
  return body.byteLength + charactersOf(properties) + charactersOf(systemProperties)
}

/** The values of a property bag are strings or null. */
function charactersOf(properties: Telemetry['properties']): number {
  let characters = 0
  for (const [name, value] of Object.entries(properties)) {
    characters += name.length + (typeof value === 'string' ? value.length : 0)
  }
  return characters
}
