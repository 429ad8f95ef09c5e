import { splitParameters } from '../formats/parameters.ts'

/**
 * Parses a property bag: `key=value&key&key=`, percent-encoded, where a key without `=` means null
 * (docs/protocol/protocol.md §5). The last value of a repeated key wins. The bag may begin with `?`
 * (docs/protocol/device.md §1.1).
 */
export function parseBag(bag: string): ReadonlyMap<string, string | null> {
  const pairs = splitParameters(bag.replace(/^\?/, '')).filter(([name, value]) => name !== '' || value !== undefined)
  return new Map(pairs.map(([name, value]) => [decoded(name), value === undefined ? null : decoded(value)]))
}

export function formatBag(properties: Iterable<readonly [string, string | null]>): string {
  return Array.from(properties, ([key, value]) =>
    value === null ? encodeURIComponent(key) : `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
  ).join('&')
}

/** Removes percent-encoding. Text that is not percent-encoded, such as `50%`, stays the same. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
