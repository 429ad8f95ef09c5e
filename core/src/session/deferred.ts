/** @returns a promise, and the function that resolves it */
export function createDeferred(): readonly [Promise<void>, () => void] {
  let settle = (): void => {}
  const promise = new Promise<void>((resolve) => {
    settle = resolve
  })
  return [promise, settle]
}
