import type { HubEventData, HubEvent, MissedEvents } from './hub-event.ts'
import { createReader } from './event-reader.ts'
import type { ReadOptions, Reader } from './event-reader.ts'

/** Everything that happens at a hub, as it happens. Nothing is kept for those who come later. */
export interface HubEvents extends AsyncIterable<HubEvent | MissedEvents> {
  /** Calls a function at once with each event. @returns takes it off again */
  listen(listener: (event: HubEvent) => void): () => void
  /**
   * Reads the events from this call on. The reader ends with its signal, with `return()` (a `break` out of `for await`), or with the hub.
   *
   * @example
   * ```ts
   * import { startHub } from 'hubtwin-emulator'
   *
   * const hub = await startHub()
   * const events = hub.events.read({ signal: AbortSignal.timeout(10) })
   * for await (const event of events) if (event.type === 'telemetry') console.log(event.deviceId, event.body)
   * await hub.close()
   * ```
   */
  read(options?: ReadOptions): AsyncIterableIterator<HubEvent | MissedEvents>
}

/** The hub's own side of its events. */
export interface EventStream extends HubEvents {
  emit(event: HubEventData): void
  /** Ends every reader, once it has read what was there. */
  close(): void
}

/** @param onError told of a listener that throws: it must not break what it only watches */
export function createEventStream(clock: () => number, onError: (error: unknown) => void): EventStream {
  const listeners = new Set<(event: HubEvent) => void>()
  const readers = new Set<Reader>()
  let sequence = 0
  let closed = false

  function listen(listener: (event: HubEvent) => void): () => void {
    // The same function may listen twice; each has an end of its own.
    const own = (event: HubEvent): void => listener(event)
    listeners.add(own)
    return () => void listeners.delete(own)
  }

  function read(options: ReadOptions = {}): AsyncIterableIterator<HubEvent | MissedEvents> {
    const stop = listen((event) => reader.add(event))
    const reader = createReader(options, () => {
      stop()
      readers.delete(reader)
    })
    readers.add(reader)
    if (closed || options.signal?.aborted === true) reader.end()
    return reader.iterator
  }

  return {
    listen,
    read,
    [Symbol.asyncIterator]: () => read(),
    emit(data) {
      sequence += 1
      if (listeners.size === 0) return
      const event = { ...data, sequence, at: clock() }
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (error) {
          onError(error)
        }
      }
    },
    close() {
      closed = true
      for (const reader of readers) reader.end()
      listeners.clear()
    },
  }
}
