import { startTimer } from './machine-effects.ts'
import type { Effect, SessionEvent, SessionSettings, Step, Streak, SyncingState } from './machine-states.ts'
import { requestDocument } from './machine-sync.ts'

/**
 * MQTT 3.1.1 §3.1.4 lets a client send packets before CONNACK, which saves two round trips.
 * Microsoft's public Azure/azure-iot-protocol-gateway queues such packets (`MqttAdapter.cs`,
 * `connectPendingQueue`).
 */
export const FLIGHT: readonly Effect[] = [{ type: 'subscribe' }, { type: 'get' }]

/**
 * How long after SUBACK the document may arrive, as a part of a round trip: both were sent
 * together.
 */
const REPEAT_AFTER_ROUND_TRIPS = 0.5
const MIN_REPEAT_IN_MS = 50
const MAX_REPEAT_IN_MS = 1000

/**
 * The same gateway processes SUBSCRIBE asynchronously. So a hub may respond to an early GET before
 * the subscription exists, and that response is lost. Without a document soon after SUBACK, the
 * session repeats the GET.
 */
export function handleSubscribed(
  state: SyncingState,
  { roundTripInMs }: Extract<SessionEvent, { type: 'subscribed' }>,
  settings: SessionSettings,
): Step | undefined {
  const { sync } = state
  if (state.subscribed) return undefined
  if (!sync.asked) return [{ ...state, subscribed: true, sync: { ...sync, asked: true } }, requestDocument(settings)]
  const part = roundTripInMs * REPEAT_AFTER_ROUND_TRIPS
  const delayInMs = Math.min(Math.max(part, MIN_REPEAT_IN_MS), MAX_REPEAT_IN_MS)
  return [{ ...state, subscribed: true }, [startTimer('repeat', delayInMs)]]
}

/** A connection ended between its first packet and its first document. */
export function suspectPipelining(streak: Streak): Streak {
  if (streak.pipelining === 'off') return streak
  return { ...streak, pipelining: streak.pipelining === 'on' ? 'suspect' : 'on' }
}

/** A connection became ready. */
export function confirmSuspicion(streak: Streak): Streak {
  return streak.pipelining === 'suspect' ? { ...streak, pipelining: 'off' } : streak
}
