import type { EventLine } from '../hub/model.ts'
import type { Told } from '../hub/told-event.ts'

/** What the list of events can be narrowed to: types as a person thinks of them. */
export const kinds = {
  all: undefined,
  connections: ['connected', 'disconnected'],
  twins: ['twin-changed'],
  telemetry: ['telemetry'],
  methods: ['method-sent', 'method-answered', 'method-failed'],
  messages: ['cloud-message'],
  registry: ['identity-created', 'identity-changed', 'identity-deleted'],
} as const satisfies Record<string, readonly Told['type'][] | undefined>

export type Kind = keyof typeof kinds

export interface LineChoice {
  readonly kind: Kind
  /** A part of the event as JSON, its device included. */
  readonly text: string
  readonly deviceId: string | undefined
}

/** What was missed is shown whatever is chosen: it may have been of that. */
export function chooseLines(lines: readonly EventLine[], { kind, text, deviceId }: LineChoice): readonly EventLine[] {
  const types: readonly string[] | undefined = kinds[kind]
  const wanted = text.trim().toLowerCase()
  if (types === undefined && wanted === '' && deviceId === undefined) return lines
  return lines.filter(({ told, text: json }) => {
    if (told.type === 'missed') return true
    if (types !== undefined && !types.includes(told.type)) return false
    if (deviceId !== undefined && told.deviceId !== deviceId) return false
    return wanted === '' || json.toLowerCase().includes(wanted)
  })
}
