import type { FeatureHost } from '../device/feature.ts'
import { checkObject } from '../protocol/checks.ts'
import type { Reducer } from '../session/run-reducer.ts'
import { checkSignal, checkWaitOptions, wait } from '../twin/listening/wait.ts'
import type { WaitOptions } from '../twin/twin.ts'
import { closedError } from './machine.ts'
import { encodeMessage, MAX_MESSAGE_SIZE, type MessageOptions, type TelemetryBody } from './message.ts'
import type { CheckedTelemetryOptions } from './options.ts'
import type { TelemetryInput, TelemetryState } from './states.ts'

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

/** The callbacks of a caller of `send` or `ready`. */
export interface Waiter {
  resolve(value: void): void
  reject(error: unknown): void
}

/** The parts of telemetry that its API needs. */
export interface ApiParts {
  readonly host: FeatureHost
  readonly options: CheckedTelemetryOptions
  readonly reducer: Reducer<TelemetryState, TelemetryInput>
  readonly sends: Map<number, Waiter>
  readonly readies: Set<Waiter>
  readonly nextId: () => number
}

export function createApi({ host, options, reducer, sends, readies, nextId }: ApiParts): Telemetry {
  const prefix = randomText()
  const { clock } = host
  return Object.freeze<Telemetry>({
    async send(body, sendOptions = {}) {
      const { signal, timeoutInMs, ...properties } = checkObject('options', sendOptions)
      checkSignal(signal)
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
      await wait<void>({ clock, unmet: 'Queue had no room', ...waitOptions }, (resolve, reject) => {
        const waiter = { resolve, reject }
        readies.add(waiter)
        return () => readies.delete(waiter)
      })
    },
  })
}

/** A message of any size fits. */
export function hasRoom({ count, bytes }: TelemetryState, { maxMessages, maxBytes }: CheckedTelemetryOptions): boolean {
  return count < maxMessages && bytes + MAX_MESSAGE_SIZE <= maxBytes
}

/** `crypto.randomUUID` is missing in pages without TLS. */
function randomText(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('')
}
