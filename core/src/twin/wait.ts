import { onAbort } from './on-abort.ts'

/**
 * A promise that ends by itself, or with the signal's own reason.
 *
 * @param begin starts the wait; what it returns is called once, however the wait ends
 */
export function wait<T>(
  signal: AbortSignal | undefined,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
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
      finish = begin(
        (value) => end(() => resolve(value)),
        (error) => end(() => reject(error)),
      )
    } catch (error) {
      end(() => reject(error))
    }
    if (over) finish()
  })
}
