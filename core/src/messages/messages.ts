import type { AttachedFeature, Feature, FeatureHost } from '../device/feature.ts'
import { TwinError } from '../errors.ts'
import { backoffDelay } from '../protocol/backoff.ts'
import { METHOD_FILTER } from '../protocol/method-topics.ts'
import { identityTopic } from '../protocol/identity-topic.ts'
import { createDeferred } from '../session/deferred.ts'
import { runReducer } from '../session/run-reducer.ts'
import { clearTimer, createTimers, setTimer } from '../session/timers.ts'
import { type Consumer, createMessages, type Messages } from './consumers.ts'
import { createInbox } from './inbox.ts'
import { next } from './machine.ts'
import { type CheckedMessagesOptions, checkMessagesOptions, type MessagesOptions } from './options.ts'
import { FIRST_STATE, type MessagesEffect, type MessagesInput, type MessagesState, type Untimed } from './states.ts'

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
  const checked = checkMessagesOptions(options)
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
  const checked = checkMessagesOptions(options)
  return {
    attach(host) {
      if (host.identity.moduleId === undefined) {
        throw new TypeError('inputs() is for modules; the messages of a device come from messages()')
      }
      return attachMessages(host, checked, 'inputs')
    },
  }
}

/**
 * A session of an earlier program may have the methods. Without a feature for them, a call would
 * wait for its response in vain, and calls without PUBACK would fill the hub's window of 16
 * (docs/protocol/device.md §2.2 and §3.3).
 */
const LEFTOVERS = [METHOD_FILTER.topic]

function attachMessages(host: FeatureHost, options: CheckedMessagesOptions, folder: string): AttachedFeature<Messages> {
  const root = `${identityTopic(host.identity)}${folder}`
  const inbox = createInbox(root, folder === 'inputs')
  const [flushed, resolveFlushed] = createDeferred()
  const timers = createTimers<'pause'>(host.clock, () => dispatch({ type: 'retry' }))
  const reducer = runReducer<MessagesState, MessagesInput, MessagesEffect>(FIRST_STATE, next, run)
  let consumer: Consumer | undefined
  let release = (): void => {}

  function dispatch(input: Untimed<MessagesInput>): void {
    reducer.dispatch({ ...input, now: host.clock.now() })
  }

  function run(effect: MessagesEffect): void {
    switch (effect.type) {
      case 'deliver':
        return consumer?.deliver(effect.id, inbox.read(effect.id, effect.isRepeated))
      case 'acknowledge':
      case 'forget':
        return inbox[effect.type](effect.id)
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

  function join(joining: Consumer): () => void {
    if (reducer.state.type !== 'open') throw new TwinError('ERR_CLOSED', 'Device is closed')
    if (consumer !== undefined) throw new TypeError('The messages already have a listener or iterator; end it first')
    consumer = joining
    dispatch({ type: 'join' })
    host.announce()
    return () => {
      if (consumer !== joining) return
      consumer = undefined
      dispatch({ type: 'leave' })
    }
  }

  return {
    api: createMessages({
      get isOver() {
        return reducer.state.type !== 'open'
      },
      join,
      settle: (id, isAccepted) => dispatch({ type: 'settled', id, isAccepted }),
      observeFailure: ({ messageId }, error) => host.observe({ type: 'messageFailed', messageId, error }),
    }),
    filters: [{ topic: `${root}/#`, qos: 1 }],
    isPersistent: options.isPersistent,
    leftovers: options.isPersistent ? LEFTOVERS : [],
    handleMessage(received) {
      const input = inbox.add(received)
      if (input !== undefined) dispatch(input)
    },
    wants: (topic) => inbox.has(topic) && consumer !== undefined && reducer.state.type === 'open',
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
