/** Resolves early when the signal aborts. */
export function sleep(inMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, inMs)
    signal?.addEventListener('abort', wake, { once: true })
    if (signal?.aborted === true) wake()
  })
}
