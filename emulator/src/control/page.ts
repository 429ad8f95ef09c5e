import { existsSync } from 'node:fs'
import folder from '../../page-folder.cjs'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import type { MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import type { Authority } from '../rest/authorize.ts'
import { socketOf } from '../rest/peer.ts'
import { misnamed } from '../rules/host.ts'

const base = '/hub/page'

/**
 * The hub's page, from files of this package. They are the same for everyone and say nothing of this hub, so a link may lead to them; what
 * the page shows comes from `/hub/`, which is guarded. A name that is not the hub's gets nothing.
 */
export function pageRoutes({ hostName }: Authority): Hono {
  const app = new Hono()
  const files = existsSync(folder) ? filesOfPage : unbuilt
  app.get('/', ownHostOnly(hostName), policy, files)
  app.get(`${base}/*`, ownHostOnly(hostName), policy, files)
  return app
}

function ownHostOnly(hostName: string): MiddlewareHandler {
  return async (context, next) => {
    const wrong = misnamed(context.req.header('host'), hostName, socketOf(context))
    if (wrong !== undefined) throw new HTTPException(403, { message: `Refused: ${wrong}` })
    await next()
  }
}

const policy = secureHeaders({
  strictTransportSecurity: false,
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
    trustedTypes: ["'none'"],
  },
})

const filesOfPage: MiddlewareHandler = serveStatic({
  root: existsSync(folder) ? folder : '',
  rewriteRequestPath: (path) => (path === '/' ? '/index.html' : path.slice(base.length)),
  // Names of assets change with what is in them; the page that names them is asked for each time.
  onFound: (path, context) =>
    context.header('cache-control', path.endsWith('.html') ? 'no-cache' : 'public, max-age=31536000, immutable'),
})

const unbuilt: MiddlewareHandler = () => {
  throw new HTTPException(503, { message: 'The page of this hub has not been built: npm run build' })
}
