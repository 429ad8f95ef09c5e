/** Deno and Bun imitate Node where they can, so only their own globals identify them. */
export function runtimeName(): string {
  if ('Deno' in globalThis) return 'Deno'
  if ('Bun' in globalThis) return 'Bun'
  return `Node ${process.version}`
}
