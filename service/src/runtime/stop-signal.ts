/**
 * Resolves at SIGINT or SIGTERM. A second signal ends the program at once.
 *
 * @param ended stops listening, so that a later wait gets the signal
 */
export function stopSignal(ended?: AbortSignal): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      const stop = (): void => resolve(name)
      process.once(name, stop)
      ended?.addEventListener('abort', () => process.removeListener(name, stop), { once: true })
    }
  })
}
