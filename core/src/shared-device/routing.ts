/** A message of the hub on its way to the tab that handles it. */
export interface Delivery {
  /** Counts from 1. */
  readonly id: number
  /** Only a QoS 1 message has it. */
  readonly packetId: number | undefined
  readonly place: Place
}

export type Place =
  /** An earlier message is not acknowledged yet. */
  | { readonly type: 'queued' }
  /** Each tab may claim it. */
  | { readonly type: 'offered' }
  /** No tab has claimed it. */
  | { readonly type: 'unclaimed' }
  /** The tab has it. */
  | { readonly type: 'delivered'; readonly tab: string }

export type RoutingState = readonly Delivery[]

export type RoutingInput =
  | { readonly type: 'message'; readonly id: number; readonly packetId: number | undefined }
  | { readonly type: 'claimed'; readonly id: number; readonly tab: string }
  /** The time for claims is over. */
  | { readonly type: 'timeout'; readonly id: number }
  /** A tab can handle more than before. */
  | { readonly type: 'announced' }
  | { readonly type: 'acknowledged'; readonly id: number; readonly tab: string }
  | { readonly type: 'tabGone'; readonly tab: string }
  /** The connection has ended. */
  | { readonly type: 'reset' }

export type RoutingEffect =
  /** Asks all tabs, and starts the time for claims, unless it runs already. */
  | { readonly type: 'offer'; readonly id: number }
  | { readonly type: 'stopTimer'; readonly id: number }
  | { readonly type: 'deliver'; readonly id: number; readonly tab: string }
  /** Sends PUBACK. */
  | { readonly type: 'acknowledge'; readonly id: number }
  | { readonly type: 'forget'; readonly id: number }

export type RoutingStep = readonly [RoutingState, readonly RoutingEffect[]]

/**
 * The messages of a leader as a pure function: each goes to the first tab that claims it.
 *
 * A QoS 1 message waits for the PUBACK of the message before it, so that PUBACKs leave in order of
 * arrival (MQTT 3.1.1 §4.6) whichever tabs handle them. When its tab ends without an
 * acknowledgment, another tab gets it. A QoS 0 message, which is a method call, reaches a single
 * tab, and the leader itself when no tab claims it.
 *
 * @param own this tab
 */
export function next(state: RoutingState, input: RoutingInput, own: string): RoutingStep {
  const [after, effects] = nextRouting(state, input, own)
  const [offered, offers] = offerDue(after)
  return [offered, [...effects, ...offers]]
}

function nextRouting(state: RoutingState, input: RoutingInput, own: string): RoutingStep {
  switch (input.type) {
    case 'message': {
      const { id, packetId } = input
      // A copy of a message that waits for its PUBACK.
      const isCopy = packetId !== undefined && state.some((other) => other.packetId === packetId)
      return isCopy ? [state, [{ type: 'forget', id }]] : [[...state, { id, packetId, place: { type: 'queued' } }], []]
    }
    case 'claimed':
      return claim(state, input.id, input.tab)
    case 'timeout': {
      const delivery = offeredOf(state, input.id)
      if (delivery === undefined) return [state, []]
      if (delivery.packetId === undefined) return claim(state, input.id, own)
      return [withPlace(state, input.id, { type: 'unclaimed' }), []]
    }
    case 'announced':
      // The tab has perhaps declined an offer that is still open.
      return [
        state.map((each) => (each.place.type === 'unclaimed' ? requeue(each) : each)),
        state.flatMap(({ id, place }) => (place.type === 'offered' ? [{ type: 'offer', id }] : [])),
      ]
    case 'acknowledged': {
      const { id, tab } = input
      const isWith = state.some((each) => each.id === id && each.place.type === 'delivered' && each.place.tab === tab)
      return isWith ? [without(state, id), [{ type: 'acknowledge', id }]] : [state, []]
    }
    case 'tabGone':
      return [
        state.map((each) => (each.place.type === 'delivered' && each.place.tab === input.tab ? requeue(each) : each)),
        [],
      ]
    case 'reset':
      return [
        [],
        state.flatMap(({ id }) => [
          { type: 'stopTimer', id },
          { type: 'forget', id },
        ]),
      ]
  }
}

function claim(state: RoutingState, id: number, tab: string): RoutingStep {
  const delivery = offeredOf(state, id)
  if (delivery === undefined) return [state, []]
  const effects: RoutingEffect[] = [
    { type: 'stopTimer', id },
    { type: 'deliver', id, tab },
  ]
  if (delivery.packetId !== undefined) return [withPlace(state, id, { type: 'delivered', tab }), effects]
  return [without(state, id), [...effects, { type: 'forget', id }]]
}

/** Offers each queued QoS 0 message, and the first QoS 1 message. */
function offerDue(state: RoutingState): RoutingStep {
  const first = state.find(({ packetId }) => packetId !== undefined)
  const due = state.filter((each) => each.place.type === 'queued' && (each.packetId === undefined || each === first))
  return [
    state.map((each) => (due.includes(each) ? { ...each, place: { type: 'offered' } } : each)),
    due.map(({ id }) => ({ type: 'offer', id })),
  ]
}

function offeredOf(state: RoutingState, id: number): Delivery | undefined {
  return state.find((each) => each.id === id && each.place.type === 'offered')
}

function withPlace(state: RoutingState, id: number, place: Place): RoutingState {
  return state.map((each) => (each.id === id ? { ...each, place } : each))
}

function requeue(delivery: Delivery): Delivery {
  return { ...delivery, place: { type: 'queued' } }
}

function without(state: RoutingState, id: number): RoutingState {
  return state.filter((each) => each.id !== id)
}
