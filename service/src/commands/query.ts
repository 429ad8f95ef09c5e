import type { Registry } from '../hub/registry.ts'
import { queryTwins } from '../hub/twins.ts'
import { print } from '../terminal.ts'

/** Prints each row as a line of JSON, as soon as it arrives. */
export async function query(registry: Registry, sql: string): Promise<void> {
  for await (const row of queryTwins(registry, sql)) print(JSON.stringify(row))
}
