import { isLoopback } from '../base/loopback.ts'

/**
 * Checks an origin that may use the service, as a browser writes it into the `Origin` header.
 *
 * Besides `https:` it accepts the schemes of app shells, such as `capacitor://localhost` (iOS) or
 * `tauri://localhost`. `http:` is only for this machine, because the page and its tokens would
 * travel in the clear.
 *
 * @throws TypeError that names the origin and the problem
 */
export function checkOrigin(text: string): string {
  const problem = findProblem(text)
  if (problem === undefined) return text
  throw new TypeError(`Origin is ${JSON.stringify(text)}${problem}`)
}

const EXPECTED = '; expected an origin such as "https://kiosk.example", without a path'

/** Schemes that have a host but are never a page's origin (HTML Living Standard, "Origin"). */
const NEVER_A_PAGE = /^(wss?|ftp|file|blob|data|about|javascript):/

function findProblem(text: string): string | undefined {
  if (text.includes('*')) return '; wildcards never match, so name each origin'
  if (!URL.canParse(text) || NEVER_A_PAGE.test(text)) return EXPECTED
  const { protocol, host, hostname } = new URL(text)
  // The URL standard makes the origin of an unknown scheme opaque; browsers send scheme and host.
  if (host === '' || `${protocol}//${host}` !== text) return EXPECTED
  if (protocol === 'http:' && !isLoopback(hostname)) return ' without TLS; http is only for this machine, so use https'
  return undefined
}
