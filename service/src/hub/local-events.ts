import type { IncomingMessage } from 'node:http'
import { type HubHttp, messageIn, readAll } from './hub-http.ts'
import { ServiceError } from './service-error.ts'

/** An event of the local hub: its JSON, and the fields that every event has. */
export interface LocalEvent {
  /** A line of JSON. */
  readonly json: string
  readonly type: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface EventFilter {
  readonly devices: readonly string[]
  /** Types of the local hub, such as `telemetry`. */
  readonly types: readonly string[]
}

export interface EventSubscription {
  readonly filter: EventFilter
  readonly onEvent: (event: LocalEvent) => void
  /** The hub does not respond, or no longer responds. */
  readonly onWaiting: (problem: string) => void
  /** The hub responds again. */
  readonly onBack: () => void
  readonly signal: AbortSignal
  /** The first delay before a retry; it doubles up to 30 s. @default 1000 */
  readonly retryInMs?: number
}

const MAX_RETRY_IN_MS = 30_000
/** The local hub sends a heartbeat every 15 seconds. */
const SILENCE_IN_MS = 45_000

/**
 * Follows the events of a local hub until the signal aborts. Reconnects, and continues after the
 * last event that it has seen.
 *
 * @throws ServiceError if the first connection fails, or if the server is not a local hub
 */
export async function followEvents(http: HubHttp, subscription: EventSubscription): Promise<void> {
  const { onWaiting, onBack, signal, retryInMs = 1000 } = subscription
  let lastEventId: string | undefined
  let delayInMs = retryInMs
  let response: IncomingMessage | undefined = await open(http, subscription, lastEventId)
  while (!signal.aborted) {
    try {
      response ??= await open(http, subscription, lastEventId)
      if (delayInMs > retryInMs) onBack()
      delayInMs = retryInMs
      await readEvents(response, subscription, (id) => (lastEventId = id))
    } catch (error) {
      if (signal.aborted) return
      if (!isTransient(error)) throw error
    }
    response = undefined
    if (signal.aborted) return
    if (delayInMs === retryInMs) onWaiting(`The hub at ${http.authority} is not available; waiting for it`)
    await pause(delayInMs, signal)
    delayInMs = Math.min(delayInMs * 2, MAX_RETRY_IN_MS)
  }
}

async function open(
  http: HubHttp,
  { filter, signal }: EventSubscription,
  lastEventId: string | undefined,
): Promise<IncomingMessage> {
  const query = new URLSearchParams()
  for (const device of filter.devices) query.append('device', device)
  for (const type of filter.types) query.append('type', type)
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const response = await http.open({ method: 'GET', path: `/hub/events?${query.toString()}`, headers, signal })
  if (response.statusCode === 200 && response.headers['content-type']?.startsWith('text/event-stream')) return response
  throw await refusalOf(response, http.authority)
}

/** Only the local hub has `/hub/events`. */
async function refusalOf(response: IncomingMessage, authority: string): Promise<ServiceError> {
  const status = response.statusCode ?? 0
  const message = messageIn(await readAll(response))
  if (status === 503) return new ServiceError('ERR_HUB', `${authority} answered 503: ${message}`, status)
  if (message.startsWith('This port has TLS'))
    return new ServiceError('ERR_PROTOCOL', `${authority}: ${message}`, status)
  if (/^(Refused|Unauthorized): /.test(message)) {
    return new ServiceError(
      'ERR_UNAUTHORIZED',
      `${authority} refused to show its events to this program. ${message}`,
      status,
    )
  }
  return new ServiceError(
    'ERR_NOT_FOUND',
    `${authority} is not a local hub, and only a local hub shows its events. For a hub in Azure, read its built-in endpoint, ` +
      'such as with: az iot hub monitor-events',
    status,
  )
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return true
  return error.code === 'ERR_UNREACHABLE' || error.code === 'ERR_TIMEOUT' || error.code === 'ERR_HUB'
}

/** Reads server-sent events until the response ends. */
async function readEvents(
  response: IncomingMessage,
  { onEvent, signal }: EventSubscription,
  onId: (id: string) => void,
): Promise<void> {
  const end = (): void => void response.destroy()
  signal.addEventListener('abort', end, { once: true })
  response.setEncoding('utf8')
  response.setTimeout(SILENCE_IN_MS, end)
  let rest = ''
  try {
    for await (const chunk of response) {
      const blocks = (rest + String(chunk)).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) readBlock(block, onEvent, onId)
    }
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** A block of lines `name: value`. The local hub writes each event in a single line of data. */
function readBlock(block: string, onEvent: (event: LocalEvent) => void, onId: (id: string) => void): void {
  const valueOf = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const id = valueOf('id')
  if (id !== undefined) onId(id)
  const json = valueOf('data')
  if (json === undefined) return
  const fields = JSON.parse(json) as Readonly<Record<string, unknown>>
  onEvent({ json, type: String(fields['type']), fields })
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })
}
