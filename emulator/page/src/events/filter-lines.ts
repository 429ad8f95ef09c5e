import type { EventLine } from '../hub/model.ts'
import type { StreamEvent } from '../hub/stream-event.ts'

/** The groups of event types that the list can show. */
export const KINDS = {
  all: undefined,
  connections: ['connected', 'disconnected'],
  twins: ['twin-changed'],
  telemetry: ['telemetry'],
  methods: ['method-sent', 'method-answered', 'method-failed'],
  messages: ['cloud-message', 'input-message'],
  registry: ['identity-created', 'identity-changed', 'identity-deleted'],
  configurations: ['configuration-changed'],
} as const satisfies Record<string, readonly StreamEvent['type'][] | undefined>

export type Kind = keyof typeof KINDS

export interface LineFilter {
  readonly kind: Kind
  /** A part of the event's JSON, which includes the device ID. */
  readonly text: string
  readonly deviceId: string | undefined
}

/** Missed events pass every filter, because they may have matched. */
export function filterLines(lines: readonly EventLine[], { kind, text, deviceId }: LineFilter): readonly EventLine[] {
  const types: readonly string[] | undefined = KINDS[kind]
  const wanted = text.trim().toLowerCase()
  if (types === undefined && wanted === '' && deviceId === undefined) return lines
  return lines.filter(({ event, text: json }) => {
    if (event.type === 'missed') return true
    if (types !== undefined && !types.includes(event.type)) return false
    if (deviceId !== undefined && event.deviceId !== deviceId) return false
    return wanted === '' || json.toLowerCase().includes(wanted)
  })
}
