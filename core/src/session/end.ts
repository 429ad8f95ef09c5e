/** @returns a promise, and the function that resolves it */
export function createEnd(): readonly [Promise<void>, () => void] {
  let resolveEnd = (): void => {}
  const ended = new Promise<void>((resolve) => {
    resolveEnd = resolve
  })
  return [ended, resolveEnd]
}
