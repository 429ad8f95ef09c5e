import { setTimeout as delay } from 'node:timers/promises'

const TURN_IN_MS = 5

/**
 * Waits for a condition, and gives up after a number of short turns. On a busy machine, each turn
 * takes longer. So the wait grows with the time that the client and the hub need.
 */
export async function waitFor(isDone: () => boolean, { atMostInMs }: { readonly atMostInMs: number }): Promise<void> {
  for (let turns = Math.ceil(atMostInMs / TURN_IN_MS); turns > 0 && !isDone(); turns--) await delay(TURN_IN_MS)
}
