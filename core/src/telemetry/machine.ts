import { TwinError } from '../errors.ts'
import type { Message } from './message.ts'
import { append, entriesOf, type Entry, firstOf, type Queue, queueOf, withoutFirst } from './queue.ts'
import type { TelemetryEffect, TelemetryInput, TelemetrySettings, TelemetryState, TelemetryStep } from './states.ts'

/**
 * The queue of telemetry as a pure function. A state ignores an input that it does not handle.
 *
 * Messages leave in order. Those without PUBACK at the end of a connection leave first over the
 * next, in their order and with their message IDs. The hub may have them already, so they arrive at
 * least once (docs/protocol/device.md §1.6).
 */
export function next(state: TelemetryState, input: TelemetryInput, settings: TelemetrySettings): TelemetryStep {
  if (state.type === 'closed') return nextClosed(state, input)
  if (input.type === 'closed') return close(state, input.cause)
  const [after, effects] = nextOpen(state, input, settings)
  return fill(state, after, effects, settings)
}

/** The storage may load only after the close. It has to keep what it had, too. */
function nextClosed(state: TelemetryState, input: TelemetryInput): TelemetryStep {
  switch (input.type) {
    case 'send':
      return [state, [{ type: 'reject', id: input.id, error: closedError() }]]
    case 'loaded':
      return [load(state, input.messages), [{ type: 'flushed' }]]
    default:
      return [state, []]
  }
}

type OpenStep = readonly [TelemetryState, readonly TelemetryEffect[]]

function nextOpen(
  state: TelemetryState,
  input: Exclude<TelemetryInput, { type: 'closed' }>,
  settings: TelemetrySettings,
): OpenStep {
  switch (input.type) {
    case 'send':
      return send(state, { id: input.id, wasSent: false, ...input.message }, settings)
    case 'cancel':
      return [cancel(state, input.id), []]
    case 'loaded':
      return [load(state, input.messages), []]
    case 'connection':
      return [connect({ ...state, connection: input.connection }), []]
    case 'acknowledged':
      return [remove(state, input.id), [{ type: 'resolve', id: input.id }]]
    case 'close':
      return [{ ...state, type: 'closing' }, []]
  }
}

function load(state: TelemetryState, messages: readonly Message[]): TelemetryState {
  const loaded = messages.map((message, index) => ({ id: -index, wasSent: true, ...message }))
  const waiting = queueOf([...loaded, ...entriesOf(state.waiting)])
  return counted({ ...state, isLoading: false, waiting }, loaded, 1)
}

function send(state: TelemetryState, entry: Entry, settings: TelemetrySettings): OpenStep {
  if (state.type === 'closing') return [state, [reject(entry, closedError())]]
  const { maxMessages, maxBytes, overflow } = settings
  const rejected: TelemetryEffect[] = []
  let after = state
  while (after.count >= maxMessages || after.bytes + entry.size > maxBytes) {
    const dropped = overflow === 'reject-oldest' ? firstOf(after.waiting) : undefined
    if (dropped === undefined) return [state, [reject(entry, fullError(settings, 'the message was not accepted'))]]
    after = counted({ ...after, waiting: withoutFirst(after.waiting) }, [dropped], -1)
    rejected.push(reject(dropped, fullError(settings, 'a newer message took the place of this message')))
  }
  return [counted({ ...after, waiting: append(after.waiting, entry) }, [entry], 1), rejected]
}

/** A message in flight may still arrive. It does not leave again over the next connection. */
function cancel(state: TelemetryState, id: number): TelemetryState {
  const inFlight = entriesOf(state.inFlight).map((entry) => (entry.id === id ? { ...entry, isCanceled: true } : entry))
  return inFlight.some((entry) => entry.id === id) ? { ...state, inFlight: queueOf(inFlight) } : remove(state, id)
}

/** Without a connection, the messages in flight wait again, before all others. */
function connect(state: TelemetryState): TelemetryState {
  if (state.connection === 'up' || state.connection === 'draining') return state
  const inFlight = entriesOf(state.inFlight)
  const kept = inFlight.filter(({ isCanceled }) => !isCanceled)
  const waiting = queueOf([...kept.map((entry) => ({ ...entry, wasSent: true })), ...entriesOf(state.waiting)])
  const canceled = inFlight.filter(({ isCanceled }) => isCanceled)
  return counted({ ...state, inFlight: queueOf([]), waiting }, canceled, -1)
}

function remove(state: TelemetryState, id: number): TelemetryState {
  const first = firstOf(state.inFlight)
  // PUBACKs arrive in order (MQTT 3.1.1 §4.6).
  if (first?.id === id) return counted({ ...state, inFlight: withoutFirst(state.inFlight) }, [first], -1)
  const [inFlight, waiting] = [entriesOf(state.inFlight), entriesOf(state.waiting)]
  const removed = [...inFlight, ...waiting].filter((other) => other.id === id)
  const others = (entries: readonly Entry[]): Queue => queueOf(entries.filter((other) => other.id !== id))
  return counted({ ...state, inFlight: others(inFlight), waiting: others(waiting) }, removed, -1)
}

function counted(state: TelemetryState, entries: readonly Entry[], sign: 1 | -1): TelemetryState {
  const size = entries.reduce((sum, entry) => sum + entry.size, 0)
  return { ...state, count: state.count + sign * entries.length, bytes: state.bytes + sign * size }
}

/** Sends what the window allows. */
function fill(
  before: TelemetryState,
  state: TelemetryState,
  effects: readonly TelemetryEffect[],
  { window }: TelemetrySettings,
): TelemetryStep {
  const sent: Entry[] = []
  let { waiting, inFlight } = state
  while (state.connection === 'up' && !state.isLoading && inFlight.length < window) {
    const oldest = firstOf(waiting)
    if (oldest === undefined) break
    sent.push(oldest)
    waiting = withoutFirst(waiting)
    inFlight = append(inFlight, oldest)
  }
  const hasChanged = state.waiting !== before.waiting || state.inFlight !== before.inFlight
  const isFlushed = state.type === 'closing' && (state.count === 0 || state.connection === 'waiting')
  const more: TelemetryEffect[] = [...effects]
  if (hasChanged) more.push({ type: 'changed' })
  for (const entry of sent) more.push({ type: 'publish', entry })
  if (firstOf(inFlight) !== firstOf(before.inFlight)) more.push({ type: inFlight.length > 0 ? 'watch' : 'unwatch' })
  if (isFlushed) more.push({ type: 'flushed' })
  return [{ ...state, waiting, inFlight }, more]
}

function close(state: TelemetryState, cause: TwinError | undefined): TelemetryStep {
  const { inFlight, waiting } = state
  const sent = entriesOf(inFlight).map((entry) => ({ ...entry, wasSent: true }))
  const rejections = [...sent, ...entriesOf(waiting)].map((entry) => reject(entry, closedError(entry, cause)))
  return [{ ...state, type: 'closed' }, [...rejections, { type: 'unwatch' }, { type: 'flushed' }]]
}

function reject({ id }: Entry, error: TwinError): TelemetryEffect {
  return { type: 'reject', id, error }
}

/** @param entry the message of the caller, if it was accepted */
export function closedError(entry?: Entry, cause?: TwinError): TwinError {
  const when = entry?.wasSent
    ? 'was closed before the hub acknowledged the message; the hub may have it'
    : entry
      ? 'was closed before the message was sent'
      : 'is closed'
  return new TwinError('ERR_CLOSED', `Device ${when}`, cause && { cause })
}

function fullError({ maxMessages, maxBytes }: TelemetrySettings, consequence: string): TwinError {
  return new TwinError(
    'ERR_QUEUE_FULL',
    `Telemetry queue has its limit of ${maxMessages} messages or ${maxBytes} bytes: ${consequence}`,
  )
}
