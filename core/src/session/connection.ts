import { TwinError } from '../errors.ts'
import { clientId, type DeviceIdentity, userName } from '../protocol/identity.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { SessionInput } from '../protocol/machine-states.ts'
import { readDesiredPatch, readDocument, statusError } from '../protocol/response.ts'
import { FILTERS, getTopic, parseTopic, reportTopic } from '../protocol/topics.ts'
import type { Clock } from './clock.ts'
import type { Features } from './features.ts'
import type { Observed } from './observation.ts'
import { createRequests, failRequests, openRequest, type Outcome, type Requests, settleRequest } from './requests.ts'
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
  readonly options: ConnectionOptions
  readonly dispatch: (input: SessionInput) => void
  readonly requests: Requests
  wire: Wire | undefined
  /** Resolves when the last wire is gone. */
  gone: Promise<void> | undefined
  /** The time of the hub's last packet. */
  heardAt: number
  /** The `$rid` of the last GET. */
  lastGet: string
  /** The number of GETs so far, without repeated ones. */
  gets: number
}

export function createConnection(options: ConnectionOptions, dispatch: (input: SessionInput) => void): Connection {
  const requests = createRequests(options.clock, () => checkIdle(connection))
  const connection: Connection = {
    ...{ options, dispatch, requests, wire: undefined, gone: undefined },
    ...{ heardAt: options.clock.now(), lastGet: '', gets: 0 },
  }
  return connection
}

/** Dispatches `drained` if no request is open, and the features are idle. */
export function checkIdle({ requests, options, dispatch }: Connection): void {
  if (requests.open.size === 0 && options.features?.isIdle() !== false) dispatch({ type: 'drained' })
}

export function openWire(connection: Connection, password: string): void {
  const { options, dispatch } = connection
  try {
    const opened: Wire = options.openWire(requestOf(options, password), (event) => {
      // Ignores the events of an abandoned connection.
      if (opened === connection.wire) handleEvent(connection, event)
    })
    connection.wire = opened
    options.observe({ type: 'sent', packet: 'CONNECT' })
  } catch (cause) {
    dispatch({ type: 'down', error: new TwinError('ERR_UNREACHABLE', 'Connection could not be started', { cause }) })
  }
}

/** Sends DISCONNECT and closes the socket. */
export function closeWire(connection: Connection): void {
  const { wire, options, requests } = connection
  connection.wire = undefined
  if (wire !== undefined) {
    options.observe({ type: 'sent', packet: 'DISCONNECT' })
    connection.gone = wire.close()
  }
  failRequests(requests, new TwinError('ERR_INTERRUPTED', 'Connection closed before the hub answered'))
}

/** Without a connection, nothing happens. */
export function subscribe({ wire, options: { observe, features } }: Connection): void {
  if (wire === undefined) return
  observe({ type: 'sent', packet: 'SUBSCRIBE' })
  wire.subscribe(FILTERS.concat(features?.filters ?? []))
  if (!features?.leftovers.length) return
  observe({ type: 'sent', packet: 'UNSUBSCRIBE' })
  wire.unsubscribe?.(features.leftovers)
}

export function getDocument(connection: Connection): void {
  const { requests, dispatch } = connection
  connection.gets++
  // Needs no deadline here: the deadline of the state machine ends the connection.
  connection.lastGet = openRequest(requests, (outcome) => {
    if (outcome.type === 'response') dispatch(documentInput(outcome))
  })
  repeatGet(connection)
}

/** Sends the last GET again; the first response counts. */
export function repeatGet(connection: Connection): void {
  publish(connection, getTopic(connection.lastGet), '')
}

/** There is always an outcome. */
export function sendReport(connection: Connection, patch: JsonObject, onOutcome: (outcome: Outcome) => void): void {
  const { wire, requests, options } = connection
  if (wire === undefined) return onOutcome({ type: 'failed', error: connectionClosed() })
  const rid = openRequest(requests, onOutcome, options.settings.requestTimeoutInMs)
  publish(connection, reportTopic(rid), JSON.stringify(patch))
}

/** Sends with QoS 0. Without a connection, nothing happens. */
export function publish({ wire, options }: Connection, topic: string, payload: string | Uint8Array): void {
  if (wire === undefined) return
  observePublish(options, topic, payload)
  wire.publish(topic, payload)
}

function handleEvent(connection: Connection, event: WireEvent): void {
  const { options, dispatch } = connection
  if (event.type !== 'down') connection.heardAt = options.clock.now()
  if (event.type === 'message') return handleMessage(connection, event)
  options.observe(observationOf(event))
  dispatch(event)
}

function handleMessage(
  { requests, options, dispatch }: Connection,
  message: Extract<WireEvent, { type: 'message' }>,
): void {
  const { topic } = message
  const text = decodeBody(message.payload)
  options.observe({ type: 'received', packet: 'PUBLISH', topic, payload: text })
  const parsed = parseTopic(topic)
  if (parsed.type === 'response') settleRequest(requests, parsed.rid, { body: text, ...parsed })
  else if (parsed.type === 'desired') dispatch(patchInput(text, parsed.version))
  else options.features?.handleMessage({ text, ...message })
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

export function observePublish({ observe }: ConnectionOptions, topic: string, payload: string | Uint8Array): void {
  const text = typeof payload === 'string' ? payload : decodeBody(payload)
  observe({ type: 'sent', packet: 'PUBLISH', topic, payload: text })
}

export function connectionClosed(): TwinError {
  return new TwinError('ERR_INTERRUPTED', 'Connection is closed')
}

/** Created once, and not with the module, because `openTwin` names a runtime that lacks it. */
let decoder: TextDecoder | undefined

function decodeBody(bytes: Uint8Array): string {
  decoder ??= new TextDecoder()
  return decoder.decode(bytes)
}

function observationOf(event: Exclude<WireEvent, { type: 'message' }>): Observed {
  if (event.type === 'down') return { type: 'lost', error: event.error }
  if (event.type === 'subscribed') return { type: 'received', packet: 'SUBACK' }
  return { type: 'received', packet: 'CONNACK', code: event.type === 'refused' ? event.code : 0 }
}

function patchInput(body: string, topicVersion: number | undefined): SessionInput {
  const patch = readDesiredPatch(body, topicVersion)
  return patch instanceof TwinError ? { type: 'desiredPatchLost' } : { type: 'desiredPatch', patch }
}

function documentInput(response: Extract<Outcome, { type: 'response' }>): SessionInput {
  const document = statusError(response, 'GET of the twin') ?? readDocument(response.body)
  return document instanceof TwinError ? { type: 'syncFailed', error: document } : { type: 'document', document }
}
