import { checkFunction } from '../protocol/checks.ts'
import { checkWaitOptions, wait } from '../twin/listening/wait.ts'
import type { IterationOptions } from '../twin/twin.ts'
import type { ReceivedMessage } from './message.ts'

/** Handles a message. The device sends PUBACK when the result resolves. */
export type MessageHandler = (message: ReceivedMessage) => unknown

/**
 * Messages to a device, or to the inputs of a module. A single listener or iterator at a time gets
 * them, in order of arrival. Until then, they wait at the hub and in the device, without PUBACK.
 * @example
 * ```ts
 * import { openDevice } from 'hubtwin'
 * import {
 *   type MessageHandler,
 *   type Messages,
 *   messages,
 *   type MessagesOptions,
 *   type Properties,
 *   type ReceivedMessage,
 * } from 'hubtwin/messages'
 *
 * const textOf = (properties: Properties): string => Object.keys(properties).join(', ')
 * const show: MessageHandler = ({ text, properties, isRedelivered }: ReceivedMessage) => {
 *   if (!isRedelivered) console.log(text, textOf(properties))
 * }
 * const showAll = (api: Messages): (() => void) => api.listen(show)
 *
 * declare const connectionString: string
 * const options: MessagesOptions = { persistentSession: true }
 * const device = openDevice(connectionString, { use: { messages: messages(options) } })
 * const stop = showAll(device.messages)
 * stop()
 * ```
 */
export interface Messages extends AsyncIterable<ReceivedMessage> {
  /**
   * Calls a handler with each message, after the previous call has ended. The device sends PUBACK
   * when the result resolves. A handler that throws gets the same message again after a back-off,
   * and later messages wait.
   *
   * @returns removes the handler. A call in progress still counts.
   * @throws TypeError for a wrong argument, or a second listener
   * @throws TwinError `ERR_CLOSED`
   */
  listen(handler: MessageHandler): () => void
  /**
   * Iterates over the messages, until the device closes. The device sends PUBACK for a message when
   * the app asks for the next. A message at which the app ends the iteration counts as not handled,
   * and the next listener or iterator gets it again.
   *
   * @throws TypeError for a second listener, and the reason of the aborted signal
   * @throws TwinError `ERR_CLOSED` when the device is closed before the iteration starts
   */
  read(options?: IterationOptions): AsyncIterableIterator<ReceivedMessage>
}

/** A listener or an iterator, one at a time. */
export interface Consumer {
  deliver(id: number, message: ReceivedMessage): void
  /** No message follows. */
  end(): void
}

/** The messages of a device, as a consumer uses them. */
export interface MessageSource {
  /** No message follows for any consumer. */
  readonly isOver: boolean
  /**
   * @returns removes the consumer
   * @throws TypeError for a second consumer, TwinError `ERR_CLOSED`
   */
  join(consumer: Consumer): () => void
  settle(id: number, isAccepted: boolean): void
  observeFailure(message: ReceivedMessage, error: unknown): void
}

export function createMessages(source: MessageSource): Messages {
  return Object.freeze<Messages>({
    listen(handler) {
      checkFunction('handler', handler)
      return source.join({ deliver: (id, message) => void run(source, handler, id, message), end() {} })
    },
    read: (options = {}) => iterate(source, checkWaitOptions(options, ['signal']).signal),
    [Symbol.asyncIterator]: () => iterate(source, undefined),
  })
}

async function run(
  source: MessageSource,
  handler: MessageHandler,
  id: number,
  message: ReceivedMessage,
): Promise<void> {
  let isAccepted = true
  try {
    await handler(message)
  } catch (error) {
    isAccepted = false
    source.observeFailure(message, error)
  }
  source.settle(id, isAccepted)
}

async function* iterate(
  source: MessageSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReceivedMessage, void, void> {
  signal?.throwIfAborted()
  /** Until the app asks for the next. */
  let current: { readonly id: number; readonly message: ReceivedMessage } | undefined
  let wake = (): void => {}
  const leave = source.join({
    deliver(id, message) {
      current = { id, message }
      wake()
    },
    end: () => wake(),
  })
  try {
    for (;;) {
      if (current === undefined && !source.isOver) {
        await wait<void>({ signal }, (resolve) => {
          wake = resolve
          return () => {}
        })
      }
      if (current === undefined) return
      const { id, message } = current
      yield message
      current = undefined
      source.settle(id, true)
      signal?.throwIfAborted()
    }
  } finally {
    leave()
    if (current !== undefined) source.settle(current.id, false)
  }
}
