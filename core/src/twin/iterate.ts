import { onAbort } from './on-abort.ts'

/** A state that changes, as an iterator sees it. */
export interface Source<T> {
  /** What the consumer has not seen yet, `undefined` when that is nothing. */
  take(): T | undefined
  /** Nothing more will come. */
  ended(): boolean
  /** @returns takes the call back */
  onChange(call: () => void): () => void
}

/**
 * One slot and no queue: however slow the consumer, the source keeps for it only what it has not seen.
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
