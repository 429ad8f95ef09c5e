import type { AttachedFeature, Feature, FeatureHost } from '../device/feature.ts'
import { type Backoff, backoffDelay } from '../protocol/backoff.ts'
import { checkCount } from '../protocol/count.ts'
import { identityTopic } from '../protocol/identity-topic.ts'
import { createEnd } from '../session/end.ts'
import type { FeatureMessage } from '../session/features.ts'
import { runReducer } from '../session/run-reducer.ts'
import { clearTimer, createTimers, setTimer } from '../session/timers.ts'
import { type Consumer, createMessages, type Messages } from './consumers.ts'
import { next } from './machine.ts'
import { type ReceivedMessage, readMessage } from './message.ts'
import { FIRST_STATE, type MessagesEffect, type MessagesInput, type MessagesState } from './states.ts'

/** All options are optional. `undefined` means the default. */
export interface MessagesOptions {
  /**
   * Asks the hub to keep the session of the device between its connections. Then messages without
   * PUBACK follow the next CONNACK at once, and not after their lock of a minute
   * (docs/protocol/device.md §3.3). The hub also keeps the subscription of a program that has ended.
   * @default false
   */
  readonly persistentSession?: boolean | undefined
  /**
   * The longest delay before the app gets a message again that it failed to handle. It doubles with
   * each failure.
   * @default 1000
   */
  readonly retryDelayInMs?: number | undefined
  /**
   * The longest delay before any other attempt.
   * @default 60000
   */
  readonly maxRetryDelayInMs?: number | undefined
}

/**
 * Adds cloud-to-device messages to a device.
 *
 * @throws TypeError, RangeError for a wrong option. `openDevice` throws a TypeError for a module,
 *   which gets no such messages.
 * @example
 * ```ts
 * import { openDevice } from 'hubtwin'
 * import { messages } from 'hubtwin/messages'
 *
 * declare const connectionString: string
 * const device = openDevice(connectionString, { use: { messages: messages() } })
 * for await (const message of device.messages) console.log(message.text, message.properties)
 * ```
 */
export function messages(options: MessagesOptions = {}): Feature<Messages> {
  const checked = checkOptions(options)
  return {
    attach(host) {
      if (host.identity.moduleId !== undefined) {
        throw new TypeError('messages() is for devices; the messages of a module come from inputs()')
      }
      return attachMessages(host, checked, 'messages/devicebound')
    },
  }
}

/**
 * Adds the messages to the inputs of a module, which the routes of IoT Edge deliver. `input` of a
 * message has the name of its input.
 *
 * @throws TypeError, RangeError for a wrong option. `openDevice` throws a TypeError for a device,
 *   which has no inputs.
 * @example
 * ```ts
 * import { openDevice } from 'hubtwin'
 * import { inputs } from 'hubtwin/messages'
 *
 * declare const connectionString: string
 * const module = openDevice(connectionString, { use: { inputs: inputs() } })
 * module.inputs.listen(({ input, json }) => console.log(input, json))
 * ```
 */
export function inputs(options: MessagesOptions = {}): Feature<Messages> {
  const checked = checkOptions(options)
  return {
    attach(host) {
      if (host.identity.moduleId === undefined) {
        throw new TypeError('inputs() is for modules; the messages of a device come from messages()')
      }
      return attachMessages(host, checked, 'inputs')
    },
  }
}

interface CheckedOptions extends Backoff {
  readonly isPersistent: boolean
}

function checkOptions({
  persistentSession = false,
  retryDelayInMs = 1000,
  maxRetryDelayInMs = 60_000,
}: MessagesOptions): CheckedOptions {
  if (typeof persistentSession !== 'boolean') throw new TypeError('options.persistentSession is not true or false')
  return {
    isPersistent: persistentSession,
    delayInMs: checkCount('options.retryDelayInMs', retryDelayInMs, 1),
    maxDelayInMs: checkCount('options.maxRetryDelayInMs', maxRetryDelayInMs, 1),
  }
}

/** A message that the app has not accepted. */
interface OpenMessage {
  readonly message: Omit<ReceivedMessage, 'isRedelivered'>
  readonly isDuplicate: boolean
  acknowledge(): void
}

/** Far more than the hub has on the way. */
const MAX_SEEN = 1000

function attachMessages(host: FeatureHost, options: CheckedOptions, folder: string): AttachedFeature<Messages> {
  const root = `${identityTopic(host.identity)}${folder}`
  const open = new Map<number, OpenMessage>()
  const seen = new Set<string>()
  const [flushed, resolveFlushed] = createEnd()
  const timers = createTimers<'pause'>(host.clock, () => dispatch({ type: 'retry' }))
  const reducer = runReducer<MessagesState, MessagesInput, MessagesEffect>(FIRST_STATE, next, run)
  let consumer: Consumer | undefined
  let release = (): void => {}
  let lastId = 0

  function dispatch(input: DistributedOmit<MessagesInput, 'now'>): void {
    reducer.dispatch({ ...input, now: host.clock.now() })
  }

  function handleMessage(received: FeatureMessage): void {
    const place = placeOf(received.topic, root, folder === 'inputs')
    if (place === undefined) return
    const { packetId, isDuplicate = false, acknowledge = () => {} } = received
    const message = readMessage(received, place.bag, place.input)
    const id = ++lastId
    open.set(id, { message, isDuplicate, acknowledge })
    dispatch({ type: 'message', id, packetId, isDuplicate, expiresAt: message.expiresAt?.getTime() })
  }

  function run(effect: MessagesEffect): void {
    switch (effect.type) {
      case 'deliver':
        return deliver(effect.id, effect.isRepeated)
      case 'acknowledge':
        open.get(effect.id)?.acknowledge()
        return void open.delete(effect.id)
      case 'forget':
        return void open.delete(effect.id)
      case 'pause':
        return setTimer(timers, 'pause', backoffDelay(effect.failures, host.clock.random(), options))
      case 'stopPause':
        return clearTimer(timers, 'pause')
      case 'hold':
        release = host.hold()
        return undefined
      case 'release':
        return release()
      case 'end':
        return consumer?.end()
      case 'flushed':
        return resolveFlushed()
    }
  }

  function deliver(id: number, isRepeated: boolean): void {
    const entry = open.get(id)
    if (entry === undefined) return
    const { messageId } = entry.message
    const isSeen = messageId !== undefined && seen.has(messageId)
    if (messageId !== undefined) remember(seen, messageId)
    const isRedelivered = isRepeated || entry.isDuplicate || isSeen
    consumer?.deliver(id, Object.freeze({ ...entry.message, isRedelivered }))
  }

  return {
    api: createMessages({
      get isOver() {
        return reducer.state.type !== 'open'
      },
      join(joining) {
        if (consumer !== undefined) {
          throw new TypeError('The messages have a listener or iterator already; end it first')
        }
        consumer = joining
        dispatch({ type: 'join' })
        return () => {
          if (consumer !== joining) return
          consumer = undefined
          dispatch({ type: 'leave' })
        }
      },
      settle: (id, isAccepted) => dispatch({ type: 'settled', id, isAccepted }),
      observeFailure: ({ messageId }, error) => host.observe({ type: 'messageFailed', messageId, error }),
    }),
    filters: [{ topic: `${root}/#`, qos: 1 }],
    isPersistent: options.isPersistent,
    handleMessage,
    handleConnection({ type: connection }) {
      if (connection === 'closed') dispatch({ type: connection })
      else dispatch({ type: 'connection', connection })
    },
    close() {
      dispatch({ type: 'close' })
      return flushed
    },
  }
}

type DistributedOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never

function remember(seen: Set<string>, messageId: string): void {
  seen.delete(messageId)
  seen.add(messageId)
  if (seen.size <= MAX_SEEN) return
  for (const oldest of seen) {
    seen.delete(oldest)
    return
  }
}

/**
 * Messages of a device have the topic `{root}/{bag}`, those of inputs `{root}/{input}/{bag}`
 * (docs/protocol/device.md §3.1 and §5).
 *
 * @returns `undefined` for a topic of another feature
 */
function placeOf(
  topic: string,
  root: string,
  hasInput: boolean,
): { readonly bag: string; readonly input?: string } | undefined {
  if (topic !== root && !topic.startsWith(`${root}/`)) return undefined
  const rest = topic.slice(root.length + 1)
  if (!hasInput) return { bag: rest }
  const at = rest.indexOf('/')
  return at < 0 ? { bag: '', input: rest } : { bag: rest.slice(at + 1), input: rest.slice(0, at) }
}
