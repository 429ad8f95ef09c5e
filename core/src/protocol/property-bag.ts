import { decodePercent } from './fields.ts'

/**
 * Encodes a property bag: names and values as percent-encoded UTF-8, a space as `%20`
 * (docs/protocol/device.md §1.2).
 *
 * @throws URIError for half a surrogate pair
 */
export function encodeBag(properties: readonly (readonly [name: string, value: string])[]): string {
  return properties.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
}

/**
 * Decodes a property bag: a bare name has the value `null`. A leading `?` and a trailing `/` do not
 * belong to the bag. A malformed part stays as it is (docs/protocol/device.md §1.2).
 */
export function decodeBag(bag: string): readonly (readonly [name: string, value: string | null])[] {
  return bag
    .replace(/^\?/, '')
    .replace(/\/$/, '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [decode(pair), null] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))]
    })
}

function decode(text: string): string {
  return decodePercent(text) ?? text
}
