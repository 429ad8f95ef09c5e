/**
 * A source of wake and sleep events.
 *
 * `wake` shortens a wait for the next attempt, or probes a connection that has been silent for
 * long. `sleep` ends the connection until the next `wake`: a page needs that to enter the
 * back/forward cache.
 *
 * @returns removes the listener
 */
export type WakeSource = (listener: (event: 'wake' | 'sleep') => void) => () => void
