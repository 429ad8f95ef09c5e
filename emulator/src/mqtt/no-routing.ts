type Done = (error?: Error | null) => void

/** The port of aedes to its message routing. */
export interface Emitter {
  on(topic: string, listener: unknown, done?: Done): Emitter
  removeListener(topic: string, listener: unknown, done?: Done): void
  emit(packet: unknown, done?: Done): void
  close(done?: Done): void
}

/**
 * Routes nothing. An IoT hub is not a broker: a device sends messages only to the hub, and the hub
 * responds on each connection itself. This also avoids a routing table in which ten thousand
 * devices share the same filter.
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
