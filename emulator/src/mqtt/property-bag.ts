/**
 * Parses a property bag: `key=value&key&key=`, percent-encoded, where a key without `=` means null
 * (docs/protocol/protocol.md §5). The last value of a repeated key wins.
 */
export function parseBag(bag: string): ReadonlyMap<string, string | null> {
  const pairs = bag.split('&').filter((pair) => pair !== '')
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [decoded(pair), null] : [decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))]
    }),
  )
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
