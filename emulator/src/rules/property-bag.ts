/**
 * The properties that a message carries at the end of its topic: `key=value&key&key=`, both sides percent-encoded; no `=` means null (protocol
 * sheet 5). Of a key that comes twice the last value holds.
 */
export function parseBag(bag: string): ReadonlyMap<string, string | null> {
  const pairs = bag.split('&').filter((pair) => pair !== '')
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [decode(pair), null] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))]
    }),
  )
}

export function formatBag(properties: Iterable<readonly [string, string | null]>): string {
  return Array.from(properties, ([key, value]) =>
    value === null ? encodeURIComponent(key) : `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
  ).join('&')
}

/** What is no percent-encoding, as the `%` of `50%`, is taken as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
