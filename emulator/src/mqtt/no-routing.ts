type Done = (error?: Error | null) => void

/** What aedes routes messages through. */
export interface Emitter {
  on(topic: string, listener: unknown, done?: Done): Emitter
  removeListener(topic: string, listener: unknown, done?: Done): void
  emit(packet: unknown, done?: Done): void
  close(done?: Done): void
}

/**
 * Routes nothing: a hub is no broker, and what one device publishes is for the hub alone. The hub answers each connection itself. It also
 * spares a table in which ten thousand devices would share one filter.
 */
export function noRouting(): Emitter {
  const later = (done?: Done): void => {
    if (done) setImmediate(done)
  }
  return {
    on(_topic, _listener, done) {
      later(done)
      return this
    },
    removeListener: (_topic, _listener, done) => later(done),
    emit: (_packet, done) => later(done),
    close: (done) => later(done),
  }
}
