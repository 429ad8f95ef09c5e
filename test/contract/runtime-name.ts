/** Deno and Bun pass for Node where they can; their own globals tell. */
export function runtimeName(): string {
  if ('Deno' in globalThis) return 'Deno'
  if ('Bun' in globalThis) return 'Bun'
  return `Node ${process.version}`
}
