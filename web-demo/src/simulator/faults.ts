import type { Credentials, WakeSource } from 'hubtwin/light'

/** Faults that you can inject into the device's connection. */
export interface Faults {
  readonly isOffline: boolean
  /** Closes the connection and blocks new ones until `goOnline`. */
  goOffline(): void
  goOnline(): void
  /** Shortens the wait for the next attempt to less than a second. */
  retryNow(): void
  /** Closes the connection; the twin reconnects immediately. */
  drop(): void
  /** Closes the connection and sends an expired token with the next CONNECT. */
  expireToken(): void
  /** Call this with each new status, because even a sleeping twin eventually tries to connect. */
  handleStatus(status: string): void
  readonly credentials: Credentials
  readonly wakeSource: WakeSource
}

type Listener = Parameters<WakeSource>[0]

/** Uses only a twin's public options: a wake source and credentials. */
export function createFaults(credentials: Credentials): Faults {
  const listeners = new Set<Listener>()
  let isOffline = false
  let isNextExpired = false

  const emit: Listener = (event) => {
    for (const listener of listeners) listener(event)
  }

  function reconnect(): void {
    emit('sleep')
    if (!isOffline) emit('wake')
  }

  return {
    get isOffline() {
      return isOffline
    },
    goOffline() {
      isOffline = true
      emit('sleep')
    },
    goOnline() {
      isOffline = false
      emit('wake')
    },
    retryNow: () => emit('wake'),
    drop: reconnect,
    expireToken() {
      isNextExpired = true
      reconnect()
    },
    handleStatus(status) {
      if (isOffline && status === 'connecting') queueMicrotask(() => isOffline && emit('sleep'))
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
        // `expiresAt` stays in the future: the twin would not even send an expired token.
        const anHourAgo = Math.floor(Date.now() / 1000) - 3600
        return { ...token, password: token.password.replace(/(\bse=)\d+/, `$1${anHourAgo}`) }
      },
      invalidate: () => credentials.invalidate?.(),
    },
  }
}
