import { onAbort } from './on-abort.ts'

/** A changing state, as an iterator reads it. */
export interface Source<T> {
  /** Returns the part that the consumer has not seen; `undefined` when it has seen everything. */
  take(): T | undefined
  /** No more changes will come. */
  ended(): boolean
  /** @returns removes the callback */
  onChange(call: () => void): () => void
}

/**
 * Iterates over a source without a queue: a slow consumer gets several changes as a single value.
 *
 * @param signal ends the iteration by throwing the signal's reason
 */
export async function* iterate<T>(source: Source<T>, signal: AbortSignal | undefined): AsyncGenerator<T, void, void> {
  let wake = (): void => {}
  const onChange = (): void => wake()
  const off = source.onChange(onChange)
  const offSignal = signal && onAbort(signal, onChange)
  try {
    for (;;) {
      signal?.throwIfAborted()
      const value = source.take()
      if (value !== undefined) yield value
      else if (source.ended()) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    off()
    offSignal?.()
  }
}
