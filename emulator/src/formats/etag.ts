/**
 * The etag of a twin: base64 of an 8-byte big-endian counter. A new twin has `AAAAAAAAAAE=`
 * (docs/protocol/protocol.md §4.9).
 */
export function twinEtag(counter: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(counter))
  return bytes.toString('base64')
}

/** The etag of an identity: base64 of a decimal number (docs/protocol/protocol.md §4.9). */
export function identityEtag(number: number): string {
  return Buffer.from(String(number)).toString('base64')
}

/**
 * Whether an If-Match header allows a request. Without the header there is no condition.
 * azure-iothub quotes every etag, and also the wildcard (docs/protocol/protocol.md §6.1).
 */
export function ifMatchHolds(header: string | undefined, etag: string): boolean {
  if (header === undefined) return true
  return header
    .split(',')
    .map((part) =>
      part
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    )
    .some((wanted) => wanted === '*' || wanted === etag)
}
