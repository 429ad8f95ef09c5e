/**
 * A label of a DNS name. Host names have no underscore, but Compose services do (`iot_hub`), and
 * container resolvers accept it.
 */
const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?'
const LEGAL = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`)

/**
 * Checks a DNS name or an IPv4 address that goes into `HostName=`.
 *
 * @throws RangeError for any other text, such as a text with a scheme, a port, a path, or a blank
 */
export function checkHostName(hostName: string): string {
  if (hostName.length <= 253 && LEGAL.test(hostName)) return hostName
  throw new RangeError(
    `The host name must be a name such as localhost or hub.test, without scheme, port, or path, not ${JSON.stringify(hostName)}`,
  )
}

/**
 * Checks origins in the format of the header Origin: `https://app.example`, `http://app.test:8080`,
 * `capacitor://app.example`, or `null` for sandboxed frames and files.
 *
 * @throws RangeError for any other text, including `*` and patterns
 */
export function checkOrigins(origins: readonly string[]): readonly string[] {
  for (const origin of origins) {
    if (!isOrigin(origin)) {
      throw new RangeError(
        `An origin must be as browsers send it, such as https://app.example:8443 or null, not ${JSON.stringify(origin)}`,
      )
    }
  }
  return origins
}

function isOrigin(text: string): boolean {
  if (text === 'null') return true
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\s]+$/.test(text) || !URL.canParse(text)) return false
  const url = new URL(text)
  // URL knows the origin of web schemes only, not of app shells such as capacitor:.
  return url.origin === text || (url.origin === 'null' && url.host !== '')
}
