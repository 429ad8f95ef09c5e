import type { Clock } from '../session/clock.ts'
import type { FeatureMessage } from '../session/features.ts'
import { runReducer } from '../session/run-reducer.ts'
import { next, type RoutingEffect, type RoutingInput, type RoutingState } from './routing.ts'

/** Gives each message of the hub to a single tab. */
export interface Router {
  add(message: FeatureMessage): void
  dispatch(input: RoutingInput): void
  /** No other tab has a message that waits for PUBACK. */
  isIdle(): boolean
}

export interface RouterOptions {
  readonly own: string
  readonly clock: Clock
  /** Asks this tab. */
  wants(topic: string): boolean
  /** Asks the other tabs. @returns `false` when this tab is alone */
  offer(id: number, topic: string): boolean
  /** @param acknowledge the app in the tab has accepted a QoS 1 message */
  deliver(id: number, tab: string, message: FeatureMessage, acknowledge: () => void): void
  /** @returns stops waiting */
  whenGone(tab: string, call: () => void): () => void
  /** A message of another tab no longer waits. */
  onIdle(): void
}

/** Tabs of a browser answer within milliseconds, and a busy tab later. */
const CLAIM_TIME_IN_MS = 1000

export function createRouter(options: RouterOptions): Router {
  const { own, clock } = options
  const messages = new Map<number, FeatureMessage>()
  /** The time for claims of an offer, or the watch over the tab of a delivery. */
  const stops = new Map<number, () => void>()
  const reducer = runReducer<RoutingState, RoutingInput, RoutingEffect>(
    [],
    (state, input) => next(state, input, own),
    run,
  )
  const { dispatch } = reducer
  let lastId = 0

  function stop(id: number): void {
    stops.get(id)?.()
    stops.delete(id)
  }

  function run(effect: RoutingEffect): void {
    const { id } = effect
    const message = messages.get(id)
    switch (effect.type) {
      case 'offer':
        return message && offer(id, message.topic)
      case 'stopTimer':
        return stop(id)
      case 'deliver':
        return message && deliver(id, effect.tab, message)
      case 'acknowledge':
        message?.acknowledge?.()
        return forget(id)
      case 'forget':
        return forget(id)
    }
  }

  function offer(id: number, topic: string): void {
    if (options.wants(topic)) return dispatch({ type: 'claimed', id, tab: own })
    if (!options.offer(id, topic)) return dispatch({ type: 'timeout', id })
    if (stops.has(id)) return
    const stopTimer = clock.after(CLAIM_TIME_IN_MS, () => {
      stops.delete(id)
      dispatch({ type: 'timeout', id })
    })
    stops.set(id, stopTimer)
  }

  function deliver(id: number, tab: string, message: FeatureMessage): void {
    if (tab !== own && message.acknowledge !== undefined) {
      stops.set(
        id,
        options.whenGone(tab, () => {
          // The app in that tab may have handled it.
          messages.set(id, { ...message, isDuplicate: true })
          dispatch({ type: 'tabGone', tab })
        }),
      )
    }
    options.deliver(id, tab, message, () => dispatch({ type: 'acknowledged', id, tab }))
  }

  function forget(id: number): void {
    stop(id)
    messages.delete(id)
    options.onIdle()
  }

  return {
    add(message) {
      const id = ++lastId
      messages.set(id, message)
      dispatch({ type: 'message', id, packetId: message.packetId })
    },
    dispatch,
    isIdle: () => !reducer.state.some(({ place }) => place.type === 'delivered' && place.tab !== own),
  }
}
