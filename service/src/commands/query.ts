import type { Registry } from '../hub/registry.ts'
import { print } from '../terminal.ts'
import { queryTwins } from '../hub/twins.ts'

/** Prints one line of JSON for each row, as soon as it is there. */
export async function query(registry: Registry, sql: string): Promise<void> {
  for await (const row of queryTwins(registry, sql)) print(JSON.stringify(row))
}
