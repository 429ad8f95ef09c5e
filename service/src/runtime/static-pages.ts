import { readdirSync } from 'node:fs'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { Problem, problemResponse } from '../tokens/problem.ts'

/**
 * The files of a built page. Its policy lets it load what is here and connect to the hub, and nothing else: no inline script, no eval, no
 * other host, no frame around it.
 *
 * @param connectTo origins beside its own, such as `wss://contoso.azure-devices.net`
 */
export function staticPages(folder: string, connectTo: readonly string[]): (request: Request) => Promise<Response> {
  const app = new Hono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", ...connectTo],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: 'DENY',
      // Not `no-referrer`, under which some browsers send `Origin: null` to the page's own host.
      referrerPolicy: 'same-origin',
      strictTransportSecurity: false,
    }),
  )
  app.use(async (context, next) => {
    // A folder may hold more than its build: `.env`, `.git`.
    if (/\/\./.test(context.req.path)) return context.notFound()
    await next()
    // What a build names by its content never changes; a page does, and so may `logo-portrait.svg`, which only looks like it.
    const isHashed = context.res.ok && /^\/assets\/.*-[\w-]{8}\.\w+$/.test(context.req.path)
    context.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    return undefined
  })
  app.use(serveStatic({ root: folder }))
  // `/kiosk` for the file `kiosk.html`.
  app.use(serveStatic({ root: folder, rewriteRequestPath: (path) => `${path}.html` }))
  app.notFound(() => problemResponse(new Problem('ERR_NOT_FOUND', 'There is nothing at this address')))
  return async (request) => app.fetch(request)
}

/** Where the pages of a folder are: `/` for `index.html`, `/kiosk` for `kiosk.html`. */
export function pathsOf(folder: string): string[] {
  const names = readdirSync(folder).flatMap((name) => /^(.+)\.html$/.exec(name)?.[1] ?? [])
  return names.map((name) => (name === 'index' ? '/' : `/${name}`)).sort()
}
