import type { Consumer, Entry, MessagesEffect, MessagesInput, MessagesState, MessagesStep } from './states.ts'

/** A hub has at most 16 messages on the way, so a copy is never further behind. */
const MAX_ACKNOWLEDGED = 256

/**
 * Messages to a device as a pure function. A state ignores an input that it does not handle.
 *
 * The consumer has a single message at a time, in order of arrival. So PUBACKs leave in that order,
 * too (MQTT 3.1.1 §4.6). The end of a connection takes its messages along: the hub sends them
 * again, and their packet identifiers have no meaning over the next connection.
 */
export function next(state: MessagesState, input: MessagesInput): MessagesStep {
  if (state.type === 'closed') return [state, input.type === 'message' ? [{ type: 'forget', id: input.id }] : []]
  const [after, effects] = nextOpen(state, input)
  return proceed(state, after, effects, input.now)
}

function nextOpen(state: MessagesState, input: MessagesInput): MessagesStep {
  switch (input.type) {
    case 'message':
      return addMessage(state, input)
    case 'join':
      return [{ ...state, consumer: join(state.consumer) }, []]
    case 'leave':
      return leave(state)
    case 'settled':
      return settle(state, input.id, input.isAccepted)
    case 'retry':
      return [state.consumer.type === 'pausing' ? { ...state, consumer: { type: 'free' } } : state, []]
    case 'connection':
      return connect({ ...state, connection: input.connection })
    case 'close':
      return [{ ...state, type: 'closing' }, [{ type: 'end' }]]
    case 'closed': {
      const [after, effects] = forgetAll(state)
      return [{ ...after, type: 'closed' }, [...effects, { type: 'stopPause' }, { type: 'end' }]]
    }
  }
}

/**
 * A packet identifier is in use until PUBACK (MQTT 3.1.1 §2.3.1). So a message with the identifier
 * of an open message is its copy, and DUP with that of an acknowledged message means that the
 * PUBACK has crossed the copy.
 */
function addMessage(
  state: MessagesState,
  { id, packetId, expiresAt, isDuplicate }: Extract<MessagesInput, { type: 'message' }>,
): MessagesStep {
  const isCopy = packetId !== undefined && state.waiting.some((entry) => entry.packetId === packetId)
  if (isCopy) return [state, [{ type: 'forget', id }]]
  const isAccepted = isDuplicate && packetId !== undefined && state.acknowledged.includes(packetId)
  const entry: Entry = { id, packetId, expiresAt, failures: 0, isRepeated: false, isAccepted }
  return [{ ...state, waiting: [...state.waiting, entry] }, []]
}

function join(consumer: Consumer): Consumer {
  return consumer.type === 'busy' ? { ...consumer, isLeaving: false } : { type: 'free' }
}

function leave(state: MessagesState): MessagesStep {
  const { consumer } = state
  if (consumer.type === 'busy') return [{ ...state, consumer: { ...consumer, isLeaving: true } }, []]
  return [{ ...state, consumer: { type: 'absent' } }, [{ type: 'stopPause' }]]
}

function settle(state: MessagesState, id: number, isAccepted: boolean): MessagesStep {
  const { consumer, waiting } = state
  if (consumer.type !== 'busy' || consumer.id !== id) return [state, []]
  const freed: MessagesState = { ...state, consumer: { type: consumer.isLeaving ? 'absent' : 'free' } }
  const [first, ...others] = waiting
  // Its connection is over.
  if (first?.id !== id) return [freed, []]
  if (isAccepted) return acknowledgeFirst(freed, first)
  const failures = first.failures + 1
  const kept = { ...freed, waiting: [{ ...first, failures }, ...others] }
  if (consumer.isLeaving) return [kept, []]
  return [{ ...kept, consumer: { type: 'pausing' } }, [{ type: 'pause', failures }]]
}

function acknowledgeFirst(state: MessagesState, { id, packetId }: Entry): MessagesStep {
  const acknowledged = packetId === undefined ? [] : [packetId]
  return [
    {
      ...state,
      waiting: state.waiting.slice(1),
      acknowledged: [...state.acknowledged, ...acknowledged].slice(-MAX_ACKNOWLEDGED),
    },
    [{ type: 'acknowledge', id }],
  ]
}

/** Messages may arrive together with CONNACK, before the state `up`. */
function connect(state: MessagesState): MessagesStep {
  return state.connection === 'up' || state.connection === 'draining' ? [state, []] : forgetAll(state)
}

function forgetAll(state: MessagesState): MessagesStep {
  return [{ ...state, waiting: [], acknowledged: [] }, state.waiting.map(({ id }) => ({ type: 'forget', id }))]
}

/** Takes the messages whose turn it is. */
function proceed(
  before: MessagesState,
  after: MessagesState,
  effects: readonly MessagesEffect[],
  now: number,
): MessagesStep {
  const more: MessagesEffect[] = []
  let state = after
  for (let step = takeFirst(state, now); step !== undefined; step = takeFirst(state, now)) {
    state = step[0]
    more.push(...step[1])
  }
  const holds = hasOpenMessage(state)
  if (holds !== hasOpenMessage(before)) more.push({ type: holds ? 'hold' : 'release' })
  if (state.type !== 'open' && !holds) more.push({ type: 'flushed' })
  return [state, [...effects, ...more]]
}

/**
 * Delivers the first message when the consumer is free. A message that has expired, or that the app
 * has accepted before, gets PUBACK in its turn instead.
 */
function takeFirst(state: MessagesState, now: number): MessagesStep | undefined {
  const { type, connection, consumer, waiting } = state
  const [first, ...others] = waiting
  if (type !== 'open' || connection !== 'up' || first === undefined) return undefined
  if (first.isAccepted) return acknowledgeFirst(state, first)
  if (consumer.type !== 'free') return undefined
  if (first.expiresAt !== undefined && first.expiresAt <= now) return acknowledgeFirst(state, first)
  const { id, isRepeated } = first
  return [
    {
      ...state,
      consumer: { type: 'busy', id, isLeaving: false },
      waiting: [{ ...first, isRepeated: true }, ...others],
    },
    [{ type: 'deliver', id, isRepeated }],
  ]
}

/** The consumer has a message of this connection, so its PUBACK can leave. */
function hasOpenMessage({ consumer, waiting }: MessagesState): boolean {
  return consumer.type === 'busy' && waiting[0]?.id === consumer.id
}
