import { onAbort } from './on-abort.ts'

/**
 * Makes a promise that settles by itself, or rejects with the reason of an aborted signal.
 *
 * @param start starts the wait; returns a function that `wait` calls once, when the wait ends
 */
export function wait<T>(
  signal: AbortSignal | undefined,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    let finish = (): void => {}
    let over = false
    const off = signal && onAbort(signal, () => end(() => reject(signal.reason)))
    const end = (settle: () => void): void => {
      if (over) return
      over = true
      off?.()
      settle()
      finish()
    }
    try {
      finish = start(
        (value) => end(() => resolve(value)),
        (error) => end(() => reject(error)),
      )
    } catch (error) {
      end(() => reject(error))
    }
    if (over) finish()
  })
}
