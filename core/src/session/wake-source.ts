/**
 * A source of wake and sleep events.
 *
 * `wake` shortens a wait for the next attempt, or probes a connection that has been silent for a
 * while. `sleep` ends the connection until the next `wake`: a page needs that to enter the
 * back/forward cache.
 *
 * @returns removes the listener
 * @example
 * ```ts
 * import { openTwin, type WakeSource } from 'hubtwin'
 *
 * declare const connectionString: string
 * // Node gets no event when the machine wakes. A process manager may send a signal.
 * const wakeSource: WakeSource = (listener) => {
 *   const wake = () => listener('wake')
 *   process.on('SIGCONT', wake)
 *   return () => void process.off('SIGCONT', wake)
 * }
 * const twin = openTwin(connectionString, { wakeSource })
 * await twin.close()
 * ```
 */
export type WakeSource = (listener: (event: 'wake' | 'sleep') => void) => () => void
