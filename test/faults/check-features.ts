import { callMethod, sendMessage, sendNext } from './feature-calls.ts'
import { hasShortTokens, type Plan } from './plan.ts'
import type { Asked, Play } from './play.ts'
import { waitFor } from './wait-for.ts'

const LIMIT_IN_MS = 15_000

/**
 * A connection can end while a call is on its way: with short tokens by a renewal, and on a busy
 * machine by the short deadlines of a plan.
 */
const MAX_CALLS = 2
const MAX_CALLS_WITH_SHORT_TOKENS = 4

/** After a device is in sync again, a message and a call succeed. */
export async function checkFeatures(play: Play, plan: Plan): Promise<readonly string[]> {
  let faults: readonly string[] = []
  for (let calls = hasShortTokens(plan) ? MAX_CALLS_WITH_SHORT_TOKENS : MAX_CALLS; calls > 0; calls--) {
    faults = await checkOnce(play)
    if (faults.length === 0) return []
  }
  return faults
}

async function checkOnce(play: Play): Promise<readonly string[]> {
  const message = sendMessage(play)
  const n = play.messages.length
  const results: readonly (readonly [what: string, asked: Asked])[] = [
    ['a message', sendNext(play, 'plain')],
    ['a call', callMethod(play, 'quick', 10)],
  ]
  const isAcknowledged = (): boolean =>
    play.client.handled === undefined || play.log.completed.some((each) => each.n === n)
  const isPending = (): boolean =>
    !isAcknowledged() ||
    message.outcome.type === 'pending' ||
    results.some(([, { outcome }]) => outcome.type === 'pending')
  await waitFor(() => !isPending(), { atMostInMs: LIMIT_IN_MS })
  const unread = isAcknowledged() ? [] : [`message ${n} to the device was not acknowledged over a good connection`]
  const open = results.flatMap(([what, { outcome }]) => {
    if (outcome.type === 'resolved') return []
    const error = outcome.type === 'rejected' ? ` with ${String(outcome.error)}` : ''
    return [`${what} over a good connection is ${outcome.type}${error}`]
  })
  return [...open, ...unread]
}
