/**
 * A DNS name, or an IPv4 address, that clients can put between `HostName=` and a port. Underscores are no letters of a host name, yet compose
 * services have them (`iot_hub`), and the resolvers of containers take them.
 */
const label = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?'
const legal = new RegExp(`^${label}(?:\\.${label})*$`)

/** @throws RangeError unless the text is a host name and nothing else: no scheme, port, path or blank */
export function checkHostName(hostName: string): string {
  if (hostName.length <= 253 && legal.test(hostName)) return hostName
  throw new RangeError(
    `The host name must be a name such as localhost or hub.test, without scheme, port or path, and is ${JSON.stringify(hostName)}`,
  )
}

/**
 * Origins as browsers write them in the header Origin: `https://app.example`, `http://app.test:8080`, `capacitor://app.example`, or `null` for
 * sandboxed frames and files.
 *
 * @throws RangeError for any other text, `*` and patterns too
 */
export function checkOrigins(origins: readonly string[]): readonly string[] {
  for (const origin of origins) {
    if (!isOrigin(origin)) {
      throw new RangeError(
        `An origin must be as browsers send it, such as https://app.example:8443 or null, and is ${JSON.stringify(origin)}`,
      )
    }
  }
  return origins
}

function isOrigin(text: string): boolean {
  if (text === 'null') return true
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\s]+$/.test(text) || !URL.canParse(text)) return false
  const url = new URL(text)
  // Only the web's own schemes have an origin for URL; those of app shells, such as capacitor:, have not.
  return url.origin === text || (url.origin === 'null' && url.host !== '')
}
