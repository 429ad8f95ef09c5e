import { openHubHttp } from '../hub/hub-http.ts'
import { followEvents, type LocalEvent } from '../hub/local-events.ts'
import { stopSignal } from '../runtime/stop-signal.ts'
import { print, printNotice } from '../terminal.ts'
import { eventLine } from './event-line.ts'

/** The groups of events, and the types of the local hub in each. */
export const EVENT_KINDS = {
  telemetry: ['telemetry'],
  methods: ['method-sent', 'method-answered', 'method-failed'],
  messages: ['cloud-message', 'input-message'],
  twins: ['twin-changed'],
  connections: ['connected', 'disconnected'],
  registry: ['identity-created', 'identity-changed', 'identity-deleted'],
} as const

export type EventKind = keyof typeof EVENT_KINDS

export interface WatchOptions {
  readonly device: readonly string[]
  readonly type: readonly EventKind[]
  readonly json: boolean
}

/** Prints the events of a local hub, one per line, until a signal ends the program. */
export async function watch(connectionString: string, { device, type, json }: WatchOptions): Promise<void> {
  const http = openHubHttp(connectionString)
  const stop = new AbortController()
  void stopSignal().then(() => stop.abort())
  await followEvents(http, {
    filter: { devices: device, types: type.flatMap((kind) => EVENT_KINDS[kind]) },
    onEvent: (event: LocalEvent) => print(json ? event.json : eventLine(event)),
    onWaiting: (problem) => printNotice(problem),
    onBack: () => printNotice(`The hub at ${http.authority} is available again`),
    signal: stop.signal,
  })
}
