import { parseSync } from 'oxc-parser'
import { readMarkdown } from '../../docs/markdown.ts'
import type { PublicName } from './read-entry.ts'

export interface EntryNames {
  readonly entry: string
  readonly names: readonly PublicName[]
}

/**
 * Lists, for each declaration, the names whose docstring has an example that imports it. `npm run
 * check` compiles these examples, so they use what they import as it is.
 *
 * @returns by the place of the declaration
 */
export function listUses(entries: readonly EntryNames[]): ReadonlyMap<string, readonly PublicName[]> {
  const placeOf = new Map<string, string>(
    entries.flatMap(({ entry, names }) => names.map(({ name, place }) => [`${entry} ${name}`, place] as const)),
  )
  const uses = new Map<string, PublicName[]>()
  const owners = new Map(entries.flatMap(({ names }) => names.map((name) => [name.place, name] as const)))
  for (const owner of owners.values()) {
    const imported = [owner, ...owner.members]
      .flatMap(({ doc }) => doc.examples)
      .flatMap((text) => readMarkdown(text).blocks)
      .flatMap(({ code }) => importsOf(code))
      .flatMap((key) => placeOf.get(key) ?? [])
    for (const place of new Set(imported)) uses.set(place, [...(uses.get(place) ?? []), owner])
  }
  return uses
}

/** Lists public names that no example imports. */
export function listWithoutExample(entries: readonly EntryNames[]): string[] {
  const uses = listUses(entries)
  return entries.flatMap(({ entry, names }) =>
    names
      .filter(({ place }) => !uses.has(place))
      .map(({ name }) => `${entry}: no docstring has an @example that imports ${name}`),
  )
}

/** `module name` for each name that a module imports. */
function importsOf(code: string): string[] {
  return parseSync('example.ts', code).module.staticImports.flatMap(({ moduleRequest, entries }) =>
    entries.map(({ importName }) => `${moduleRequest.value} ${importName.name ?? ''}`),
  )
}
