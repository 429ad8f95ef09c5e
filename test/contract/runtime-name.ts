/** Deno and Bun imitate Node where they can, so only their own globals identify them. */
export function runtimeName(): string {
  if ('Deno' in globalThis) return 'Deno'
  if ('Bun' in globalThis) return 'Bun'
  return `Node ${process.version}`
}

/** The name in docs/runtimes.json, without a version that changes with each release. */
export function tableName(): string {
  if ('happyDOM' in globalThis) return 'happy-dom'
  if ('jsdom' in globalThis) return 'jsdom'
  return runtimeName().replace(/^Node v(\d+).*/, 'Node $1')
}
