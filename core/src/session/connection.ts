import { TwinError } from '../errors.ts'
import { clientId, type DeviceIdentity, userName } from '../protocol/identity.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { SessionInput } from '../protocol/machine-states.ts'
import { readDesiredPatch, readDocument, statusError } from '../protocol/response.ts'
import { FILTERS, getTopic, parseTopic, reportTopic } from '../protocol/topics.ts'
import type { Clock } from './clock.ts'
import type { Channel, Features } from './features.ts'
import type { Observed } from './observation.ts'
import { createRequests, failRequests, openRequest, type Outcome, settleRequest } from './requests.ts'
import type { OpenWire, Wire, WireEvent, WireRequest } from './wire.ts'

export interface ConnectionSettings {
  readonly endpoint: string
  readonly modelId?: string | undefined
  readonly keepaliveInSeconds: number
  readonly requestTimeoutInMs: number
}

export interface ConnectionOptions {
  readonly credentials: { readonly identity: DeviceIdentity }
  readonly settings: ConnectionSettings
  readonly features?: Features | undefined
  readonly openWire: OpenWire
  readonly clock: Clock
  readonly observe: (observed: Observed) => void
}

/**
 * Holds one wire at a time and its open requests, and turns its messages into inputs of the state
 * machine.
 */
export interface Connection {
  open(password: string): void
  subscribe(): void
  get(): void
  /** @returns the number of GETs so far, without repeated ones */
  gets(): number
  /** Sends the last GET again; the first answer counts. */
  repeatGet(): void
  /** There is always an outcome. */
  report(patch: JsonObject, onOutcome: (outcome: Outcome) => void): void
  readonly channel: Channel
  /** Sends DISCONNECT and closes the socket. */
  close(): void
  /** No request is open, and the features are idle. */
  isIdle(): boolean
  /** @returns milliseconds since the hub's last packet */
  silentForInMs(): number
  /** Resolves when the last wire is gone. */
  gone(): Promise<void>
}

export function createConnection(options: ConnectionOptions, dispatch: (input: SessionInput) => void): Connection {
  const { clock, features, observe, settings } = options
  const requests = createRequests(clock, checkIdle)
  let wire: Wire | undefined
  let gone: Promise<void> | undefined
  let heardAt = clock.now()
  let lastGet = ''
  let gets = 0

  const isIdle = (): boolean => requests.open.size === 0 && features?.isIdle() !== false

  function checkIdle(): void {
    if (isIdle()) dispatch({ type: 'drained' })
  }

  function open(password: string): void {
    observe({ type: 'sent', packet: 'CONNECT' })
    try {
      const opened: Wire = options.openWire(requestOf(options, password), (event) => {
        // Ignores a connection that has been given up.
        if (opened === wire) handleEvent(event)
      })
      wire = opened
    } catch (cause) {
      dispatch({ type: 'down', error: new TwinError('ERR_UNREACHABLE', 'Connection could not be started', { cause }) })
    }
  }

  function handleEvent(event: WireEvent): void {
    if (event.type !== 'down') heardAt = clock.now()
    if (event.type === 'message') return handleMessage(event)
    observe(observationOf(event))
    dispatch(event)
  }

  function handleMessage(message: Extract<WireEvent, { type: 'message' }>): void {
    const { topic } = message
    const text = decodeBody(message.payload)
    observe({ type: 'received', packet: 'PUBLISH', topic, payload: text })
    const parsed = parseTopic(topic)
    if (parsed.type === 'response') settleRequest(requests, parsed.rid, { ...parsed, type: 'answered', body: text })
    else if (parsed.type === 'desired') dispatch(patchInput(text, parsed.version))
    else features?.handleMessage({ ...message, text })
  }

  function publish(topic: string, payload: string | Uint8Array): void {
    if (wire === undefined) return
    observePublish(options, topic, payload)
    wire.publish(topic, payload)
  }

  return {
    open,
    subscribe() {
      observe({ type: 'sent', packet: 'SUBSCRIBE' })
      wire?.subscribe([...FILTERS, ...(features?.filters ?? [])])
    },
    get() {
      gets++
      // Needs no deadline of its own: the state machine has one, which ends the connection.
      lastGet = openRequest(requests, (outcome) => {
        if (outcome.type === 'answered') dispatch(documentInput(outcome))
      })
      publish(getTopic(lastGet), '')
    },
    gets: () => gets,
    repeatGet: () => publish(getTopic(lastGet), ''),
    report(patch, onOutcome) {
      if (wire === undefined) return onOutcome({ type: 'failed', error: closed() })
      publish(reportTopic(openRequest(requests, onOutcome, settings.requestTimeoutInMs)), JSON.stringify(patch))
    },
    close() {
      const old = wire
      wire = undefined
      if (old !== undefined) {
        observe({ type: 'sent', packet: 'DISCONNECT' })
        gone = old.close()
      }
      failRequests(requests, new TwinError('ERR_INTERRUPTED', 'Connection closed before the hub answered'))
    },
    isIdle,
    channel: channelOf(options, dispatch, () => wire, publish, checkIdle),
    silentForInMs: () => clock.now() - heardAt,
    gone: async () => gone,
  }
}

function requestOf(
  { credentials: { identity }, settings, features }: ConnectionOptions,
  password: string,
): WireRequest {
  const { endpoint: url, modelId, keepaliveInSeconds } = settings
  const isPersistent = features?.isPersistent === true
  const client = { clientId: clientId(identity), userName: userName(identity, modelId), password }
  return { url, ...client, keepaliveInSeconds, isPersistent }
}

function channelOf(
  options: ConnectionOptions,
  dispatch: (input: SessionInput) => void,
  wire: () => Wire | undefined,
  publish: Channel['publish'],
  checkIdle: () => void,
): Channel {
  return {
    publish,
    publishAtLeastOnce(topic, payload) {
      const to = wire()
      if (to === undefined) return Promise.reject(closed())
      observePublish(options, topic, payload)
      return to.publishAtLeastOnce(topic, payload)
    },
    checkIdle,
    abandon: (error) => dispatch({ type: 'down', error }),
    observe: options.observe,
  }
}

function observePublish({ observe }: ConnectionOptions, topic: string, payload: string | Uint8Array): void {
  const text = typeof payload === 'string' ? payload : decodeBody(payload)
  observe({ type: 'sent', packet: 'PUBLISH', topic, payload: text })
}

function closed(): TwinError {
  return new TwinError('ERR_INTERRUPTED', 'Connection is closed')
}

/** Created once, and not with the module, because `openTwin` names a runtime that lacks it. */
let decoder: TextDecoder | undefined

function decodeBody(bytes: Uint8Array): string {
  if (bytes.length === 0) return ''
  decoder ??= new TextDecoder()
  return decoder.decode(bytes)
}

function observationOf(event: Exclude<WireEvent, { type: 'message' }>): Observed {
  if (event.type === 'down') return { type: 'lost', error: event.error }
  if (event.type === 'subscribed') return { type: 'received', packet: 'SUBACK' }
  return { type: 'received', packet: 'CONNACK', code: event.type === 'refused' ? event.code : 0 }
}

function patchInput(body: string, topicVersion: number | undefined): SessionInput {
  try {
    return { type: 'desiredPatch', patch: readDesiredPatch(body, topicVersion) }
  } catch {
    return { type: 'desiredPatchLost' }
  }
}

function documentInput(answer: Extract<Outcome, { type: 'answered' }>): SessionInput {
  try {
    const refusal = statusError(answer, 'GET of the twin')
    if (refusal !== undefined) throw refusal
    return { type: 'document', document: readDocument(answer.body) }
  } catch (error) {
    // `statusError` and `readDocument` have no other errors.
    return { type: 'syncFailed', error: error as TwinError }
  }
}
