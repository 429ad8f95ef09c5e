/** @throws TypeError names the Web APIs that this runtime lacks */
export function checkRuntime(...needed: readonly string[]): void {
  const missing = needed.filter((name) => !(name in globalThis))
  if (missing.length === 0) return
  throw new TypeError(`This runtime has no ${missing.join(', ')}; Jest with jsdom needs jest-fixed-jsdom`)
}
