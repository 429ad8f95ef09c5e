/**
 * Tells a twin of the world outside: `wake` cuts a wait short, or has a connection that was long silent tried; `sleep`
 * ends the connection until then, as a page must that wants into the back/forward cache.
 *
 * @returns takes the listener off
 */
export type WakeSource = (listener: (event: 'wake' | 'sleep') => void) => () => void
