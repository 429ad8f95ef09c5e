import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Connect, Plugin, ProxyOptions } from 'vite'

const PREFIX = '/local-hub'

/**
 * Forwards `/local-hub/devices` to the registry of the local hub, and no other path. The fleet page
 * creates devices over REST, and a hub sends no CORS headers.
 *
 * @param port the local hub's port without TLS
 */
export function localHubProxy(port = 10480): Record<string, ProxyOptions> {
  const target = `http://127.0.0.1:${port}`
  return { [`^${PREFIX}/devices(?:\\?|$)`]: { target, rewrite: (path) => path.slice(PREFIX.length) } }
}

/**
 * Answers 403 to requests for the proxy that do not come from a page of this server. Vite's own
 * CORS rule would accept pages of every local port.
 */
export function localHubGuard(): Plugin {
  const use = ({ middlewares }: { middlewares: Connect.Server }): void => {
    middlewares.use(PREFIX, (request, response, next) => {
      if (isOwnPage(request.headers)) next()
      else refuse(response)
    })
  }
  return { name: 'local-hub-guard', configureServer: use, configurePreviewServer: use }
}

/**
 * Also checks the host, against DNS rebinding. Browsers set all three headers themselves (Fetch
 * Metadata Request Headers §2.3; RFC 6454 §7).
 */
function isOwnPage({ host = '', origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  return (
    /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(host) &&
    (origin === undefined || origin === `http://${host}`) &&
    (site === undefined || site === 'same-origin')
  )
}

function refuse(response: ServerResponse): void {
  response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' })
  response.end('Only pages of this server may use this proxy.\n')
}
