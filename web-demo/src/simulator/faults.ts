import type { Credentials, WakeSource } from 'hubtwin/light'

/** What a person may do to the connection of a device to see what becomes of it. */
export interface Faults {
  readonly isOffline: boolean
  /** Ends the connection and every new one until `goOnline`. */
  goOffline(): void
  goOnline(): void
  /** Ends the connection; the next one is made at once. */
  drop(): void
  /** Ends the connection, and shows the hub a token whose time is over at the next one. */
  expireToken(): void
  /** After each change of status: a twin that has been put to sleep tries again sooner or later. */
  look(status: string): void
  readonly credentials: Credentials
  readonly wakeSource: WakeSource
}

type Listener = Parameters<WakeSource>[0]

/** What an app can do by the public options of a twin alone: a source of sleep and wake, and credentials. */
export function createFaults(credentials: Credentials): Faults {
  const listeners = new Set<Listener>()
  let isOffline = false
  let isNextExpired = false

  const tell: Listener = (event) => {
    for (const listener of listeners) listener(event)
  }

  function reconnect(): void {
    tell('sleep')
    if (!isOffline) tell('wake')
  }

  return {
    get isOffline() {
      return isOffline
    },
    goOffline() {
      isOffline = true
      tell('sleep')
    },
    goOnline() {
      isOffline = false
      tell('wake')
    },
    drop: reconnect,
    expireToken() {
      isNextExpired = true
      reconnect()
    },
    look(status) {
      if (isOffline && status === 'connecting') queueMicrotask(() => isOffline && tell('sleep'))
    },
    wakeSource(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    credentials: {
      identity: credentials.identity,
      async token(signal) {
        const token = await credentials.token(signal)
        if (!isNextExpired) return token
        isNextExpired = false
        // The twin is told nothing of it: it would not even try.
        const anHourAgo = Math.floor(Date.now() / 1000) - 3600
        return { ...token, password: token.password.replace(/(\bse=)\d+/, `$1${anHourAgo}`) }
      },
      invalidate: () => credentials.invalidate?.(),
    },
  }
}
