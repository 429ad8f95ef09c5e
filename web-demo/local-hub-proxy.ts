import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Connect, Plugin, ProxyOptions } from 'vite'

const prefix = '/local-hub'

/**
 * Passes the registry's `/local-hub/devices` on to the hub of `npm run emulator`, and nothing else of that hub. The fleet creates its devices by
 * REST, which a hub answers to no page of another origin.
 *
 * @param port where the hub is
 */
export function localHubProxy(port = 10480): Record<string, ProxyOptions> {
  const target = `http://127.0.0.1:${port}`
  return { [`^${prefix}/devices(?:\\?|$)`]: { target, rewrite: (path) => path.slice(prefix.length) } }
}

/** Answers 403 to whatever asks for the proxy and is no page of this server. Vite's own CORS would let in pages of every local port. */
export function localHubGuard(): Plugin {
  const use = ({ middlewares }: { middlewares: Connect.Server }): void => {
    middlewares.use(prefix, (request, response, next) => {
      if (isOwnPage(request.headers)) next()
      else refuse(response)
    })
  }
  return { name: 'local-hub-guard', configureServer: use, configurePreviewServer: use }
}

/**
 * Looks at the host too: another name may have been made to lead to this server (DNS rebinding). Browsers set all three headers themselves
 * (Fetch Metadata Request Headers §2.3; RFC 6454 §7).
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
  response.end('Only pages of this server may use its way to the local hub.\n')
}
