import { splitParameters } from '../formats/parameters.ts'

/**
 * The properties that a message carries at the end of its topic: `key=value&key&key=`, both sides percent-encoded; no `=` means null (
 * docs/protocol/protocol.md §5). Of a key that comes twice the last value holds.
 */
export function parseBag(bag: string): ReadonlyMap<string, string | null> {
  const pairs = splitParameters(bag).filter(([name, value]) => name !== '' || value !== undefined)
  return new Map(pairs.map(([name, value]) => [decoded(name), value === undefined ? null : decoded(value)]))
}

export function formatBag(properties: Iterable<readonly [string, string | null]>): string {
  return Array.from(properties, ([key, value]) =>
    value === null ? encodeURIComponent(key) : `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
  ).join('&')
}

/** A text without its percent-encoding; one that has none, such as `50%`, stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
