import { isLoopback } from '../base/loopback.ts'

/**
 * Checks an origin that may use the service, as a browser writes it into the `Origin` header.
 *
 * Besides `https:` it accepts the schemes of app shells, such as `capacitor://localhost` (iOS) or `tauri://localhost`. `http:` is only for
 * this machine, because the page and the tokens that it fetches would travel in the clear.
 *
 * @throws TypeError says which origin is wrong and why
 */
export function checkOrigin(text: string): string {
  const fault = faultOf(text)
  if (fault === undefined) return text
  throw new TypeError(`Origin is ${JSON.stringify(text)}${fault}`)
}

const EXPECTED = '; expected an origin such as "https://kiosk.example", without a path'

/** Schemes with a host that no page has as its origin (HTML, "origin"). */
const NEVER_A_PAGE = /^(wss?|ftp|file|blob|data|about|javascript):/

function faultOf(text: string): string | undefined {
  if (text.includes('*')) return '; wildcards never match, so name each origin'
  if (!URL.canParse(text) || NEVER_A_PAGE.test(text)) return EXPECTED
  const { protocol, host, hostname } = new URL(text)
  // The origin of a scheme that the URL standard does not know is opaque; browsers send scheme and host for it.
  if (host === '' || `${protocol}//${host}` !== text) return EXPECTED
  if (protocol === 'http:' && !isLoopback(hostname)) return ' without TLS; http is only for this machine, so use https'
  return undefined
}
