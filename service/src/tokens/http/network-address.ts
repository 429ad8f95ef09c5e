/**
 * Extracts the IP address from a server's or a proxy's description of its client, in a single
 * spelling for each address.
 *
 * Proxies add a port: `203.0.113.7:40001` (Azure Application Gateway, IIS), `[2001:db8::7]:40001`.
 * The port differs for each connection, so a rate limit that included it would limit nothing.
 *
 * @returns `undefined` if the text holds no IP address
 */
export function parseAddress(text: string): string | undefined {
  // The zone after `%` has a meaning only on the machine itself (RFC 4007 §11).
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '')
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(bare))
    return bare.split('.').every((part) => Number(part) < 256) ? bare : undefined
  if (!URL.canParse(`http://[${bare}]`)) return undefined
  const address = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  return address.replace(/^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/, (_, high: string, low: string) =>
    dotted((parseInt(high, 16) << 16) | parseInt(low, 16)),
  )
}

/** Formats an IPv4 address that came in IPv6 notation (RFC 4291 §2.5.5.2). */
function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}

/**
 * Returns the key of a rate limit: the owner of an IPv6 address has all 2⁶⁴ addresses of its
 * network (RFC 4291 §2.5.4).
 */
export function networkOf(address: string): string {
  const [head, tail] = address.split('::') as [string, string?]
  const first = head.split(':').filter(Boolean)
  if (tail === undefined) return first.slice(0, 4).join(':')
  const last = tail.split(':')
  const zeros = Array<string>(8 - first.length - last.length).fill('0')
  return [...first, ...zeros, ...last].slice(0, 4).join(':')
}
