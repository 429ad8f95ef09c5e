/**
 * Encodes a property bag: names and values as percent-encoded UTF-8, a space as `%20`
 * (docs/protocol/device.md §1.2).
 *
 * @throws URIError for half a surrogate pair
 */
export function encodeBag(properties: readonly (readonly [name: string, value: string])[]): string {
  return properties.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
}
