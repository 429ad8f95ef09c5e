import type { AttachedFeature, Feature, FeatureHost } from '../device/feature.ts'
import { TwinError } from '../errors.ts'
import { createEnd } from '../session/end.ts'
import { type Reducer, runReducer } from '../session/run-reducer.ts'
import { clearTimer, createTimers, setTimer } from '../session/timers.ts'
import { checkWaitOptions, wait } from '../twin/listening/wait.ts'
import type { WaitOptions } from '../twin/twin.ts'
import { closedError, next } from './machine.ts'
import { encodeMessage, MAX_MESSAGE_SIZE, type MessageOptions, type TelemetryBody } from './message.ts'
import { type CheckedTelemetryOptions, checkTelemetryOptions, type TelemetryOptions } from './options.ts'
import { entriesOf, type Entry } from './queue.ts'
import { createSaves } from './saves.ts'
import { createTelemetryState, type TelemetryEffect, type TelemetryInput, type TelemetryState } from './states.ts'
import { createMessageStorage } from './stored-messages.ts'

export interface SendOptions extends MessageOptions, WaitOptions {}

/**
 * Device-to-cloud messages.
 * @example
 * ```ts
 * import { openDevice } from 'hubtwin'
 * import {
 *   type MessageOptions,
 *   type SendOptions,
 *   type Telemetry,
 *   telemetry,
 *   type TelemetryBody,
 *   type TelemetryOptions,
 * } from 'hubtwin/telemetry'
 *
 * const alert: MessageOptions = { properties: { alert: 'true' } }
 *
 * async function sendAlert(api: Telemetry, body: TelemetryBody): Promise<void> {
 *   await api.ready()
 *   const options: SendOptions = { ...alert, signal: AbortSignal.timeout(60_000) }
 *   await api.send(body, options)
 * }
 *
 * declare const connectionString: string
 * const options: TelemetryOptions = { maxMessages: 1000, overflow: 'reject-oldest' }
 * const device = openDevice(connectionString, { use: { telemetry: telemetry(options) } })
 * await sendAlert(device.telemetry, { temperature: 80 })
 * ```
 */
export interface Telemetry {
  /**
   * Sends a message, in the order of the calls. Without a connection, the message waits for the
   * next. A message without PUBACK at the end of a connection leaves again over the next, with the
   * same message ID. So the hub gets it at least once, and a copy follows only a lost PUBACK.
   *
   * Aborting the signal and `timeoutInMs` end the wait. A message that waits does not leave then.
   *
   * @returns resolves on PUBACK: the hub has stored the message
   * @throws TypeError for a body or an option that a message cannot carry
   * @throws RangeError for a malformed message ID or date, or a message beyond a limit of the hub
   * @throws TwinError `ERR_QUEUE_FULL`, `ERR_CLOSED`, `ERR_TIMEOUT` after `timeoutInMs`: the hub
   * may have the message if it has left
   */
  send(body: TelemetryBody, options?: SendOptions): Promise<void>
  /** The messages without PUBACK, and their size as the hub counts it. */
  readonly queued: { readonly messages: number; readonly bytes: number }
  /**
   * Waits until the queue has room for a message of any size. Await it before each `send` to let a
   * slow network slow the app down.
   *
   * @throws TwinError `ERR_CLOSED`, `ERR_TIMEOUT` after `timeoutInMs`
   */
  ready(options?: WaitOptions): Promise<void>
}

/**
 * Adds telemetry to a device.
 *
 * @throws TypeError, RangeError for a wrong option
 * @example
 * ```ts
 * import { openDevice } from 'hubtwin'
 * import { telemetry } from 'hubtwin/telemetry'
 *
 * declare const connectionString: string
 * const device = openDevice(connectionString, { use: { telemetry: telemetry() } })
 * await device.telemetry.send({ temperature: 21.5 }, { properties: { alert: 'false' } })
 * await device.close()
 * ```
 */
export function telemetry(options: TelemetryOptions = {}): Feature<Telemetry> {
  const checked = checkTelemetryOptions(options)
  return { attach: (host) => attachTelemetry(host, checked) }
}

interface Waiter {
  resolve(value: void): void
  reject(error: unknown): void
}

/** How long the storage may keep a message that the hub has. A restart in between sends a copy. */
const SAVE_DELAY_IN_MS = 1000

function attachTelemetry(host: FeatureHost, options: CheckedTelemetryOptions): AttachedFeature<Telemetry> {
  if (host.isShared && options.storage !== undefined) {
    throw new TypeError('options.storage of telemetry() belongs to a single tab; a shared device has none')
  }
  const storage = options.storage && createMessageStorage(options.storage, host)
  const saves = storage && createSaves(storage, () => messagesOf(reducer.state))
  const sends = new Map<number, Waiter>()
  const readies = new Set<Waiter>()
  const [flushed, resolveFlushed] = createEnd()
  const timers = createTimers<'acknowledge' | 'save'>(host.clock, (name) => {
    if (name === 'save') saves?.request()
    else host.abandon(silence(options))
  })
  const reducer = runReducer<TelemetryState, TelemetryInput, TelemetryEffect>(
    createTelemetryState(storage !== undefined),
    (state, input) => next(state, input, options),
    run,
  )
  const { dispatch } = reducer
  let lastId = 0
  let savedId = 0

  function run(effect: TelemetryEffect): void {
    switch (effect.type) {
      case 'publish': {
        const { id, topic, payload } = effect.entry
        // Without PUBACK, the end of the connection follows.
        return void host.publishAtLeastOnce(topic, payload).then(
          () => dispatch({ type: 'acknowledged', id }),
          () => {},
        )
      }
      case 'resolve':
      case 'reject': {
        const waiter = sends.get(effect.id)
        sends.delete(effect.id)
        return effect.type === 'resolve' ? waiter?.resolve() : waiter?.reject(effect.error)
      }
      case 'changed':
        return handleChange(reducer.state)
      case 'watch':
        return setTimer(timers, 'acknowledge', options.acknowledgeTimeoutInMs)
      case 'unwatch':
        return clearTimer(timers, 'acknowledge')
      case 'flushed':
        clearTimer(timers, 'save')
        // Until the storage has loaded, a save would overwrite its messages.
        if (!reducer.state.isLoading) saves?.request()
        for (const { reject } of [...readies]) reject(closedError())
        return resolveFlushed()
    }
  }

  function handleChange(state: TelemetryState): void {
    if (hasRoom(state, options)) for (const { resolve } of [...readies]) resolve()
    if (saves === undefined || state.isLoading) return
    if (lastId > savedId) saves.request()
    // A restart of the timer with each PUBACK could delay the save for as long as they arrive.
    else if (timers.cancels.save === undefined) setTimer(timers, 'save', SAVE_DELAY_IN_MS)
    savedId = lastId
  }

  const loaded = storage?.load().then((messages) => dispatch({ type: 'loaded', messages }))
  return {
    api: createApi({ host, options, reducer, sends, readies, nextId: () => ++lastId }),
    handleConnection(connection) {
      if (connection.type === 'closed') dispatch({ type: 'closed', cause: connection.error })
      else dispatch({ type: 'connection', connection: connection.type })
    },
    async close() {
      dispatch({ type: 'close' })
      await flushed
      await loaded
      await saves?.done()
    },
  }
}

interface ApiParts {
  readonly host: FeatureHost
  readonly options: CheckedTelemetryOptions
  readonly reducer: Reducer<TelemetryState, TelemetryInput>
  readonly sends: Map<number, Waiter>
  readonly readies: Set<Waiter>
  readonly nextId: () => number
}

function createApi({ host, options, reducer, sends, readies, nextId }: ApiParts): Telemetry {
  const prefix = randomText()
  const { clock } = host
  return Object.freeze<Telemetry>({
    async send(body, sendOptions = {}) {
      const { signal, timeoutInMs, ...properties } = checkWaitOptions(sendOptions)
      const id = nextId()
      const message = encodeMessage(host.identity, body, properties, `${prefix}-${id}`)
      return wait<void>(
        { signal, timeoutInMs, clock, unmet: 'Hub did not acknowledge the message' },
        (resolve, reject) => {
          sends.set(id, { resolve, reject })
          reducer.dispatch({ type: 'send', id, message })
          return () => {
            if (sends.delete(id)) reducer.dispatch({ type: 'cancel', id })
          }
        },
      )
    },
    get queued() {
      const { count: messages, bytes } = reducer.state
      return { messages, bytes }
    },
    async ready(waitOptions = {}) {
      checkWaitOptions(waitOptions)
      const state = reducer.state
      if (state.type !== 'open') throw closedError()
      if (hasRoom(state, options)) return
      await wait<void>({ ...waitOptions, clock, unmet: 'Queue had no room' }, (resolve, reject) => {
        const waiter = { resolve, reject }
        readies.add(waiter)
        return () => readies.delete(waiter)
      })
    },
  })
}

/** A message of any size fits. */
function hasRoom({ count, bytes }: TelemetryState, { maxMessages, maxBytes }: CheckedTelemetryOptions): boolean {
  return count < maxMessages && bytes + MAX_MESSAGE_SIZE <= maxBytes
}

function messagesOf({ inFlight, waiting }: TelemetryState): readonly Entry[] {
  return [...entriesOf(inFlight), ...entriesOf(waiting)].filter(({ isCanceled }) => !isCanceled)
}

function silence({ acknowledgeTimeoutInMs }: CheckedTelemetryOptions): TwinError {
  return new TwinError('ERR_TIMEOUT', `Hub did not acknowledge a message within ${acknowledgeTimeoutInMs} ms`)
}

/** `crypto.randomUUID` is missing in pages without TLS. */
function randomText(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('')
}
