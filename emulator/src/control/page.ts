import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import folder from '../../page-folder.cjs'
import { Hono } from 'hono'
import type { MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { getMimeType } from 'hono/utils/mime'
import type { Authority } from '../access/authorize.ts'
import { socketOf } from '../http/peer.ts'
import { misnamed } from '../http/host.ts'

const base = '/hub/page'

/**
 * The hub's page, from files of this package. They are the same for everyone and say nothing of this hub, so a link may lead to them; what
 * the page shows comes from `/hub/`, which is guarded. A name that is not the hub's gets nothing.
 */
export function pageRoutes({ hostName }: Authority): Hono {
  const app = new Hono()
  app.get('/', ownHostOnly(hostName), policy, answerFile)
  app.get(`${base}/*`, ownHostOnly(hostName), policy, answerFile)
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

/** The files by their path below the folder, read at the first request for any: a request opens no file. */
let files: ReadonlyMap<string, Uint8Array<ArrayBuffer>> | undefined

function readFiles(): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(folder.length + 1).replaceAll('\\', '/'), new Uint8Array(readFileSync(path))]
    }),
  )
}

const answerFile: MiddlewareHandler = async (context) => {
  if (files === undefined && !existsSync(folder)) {
    throw new HTTPException(503, { message: 'The page of this hub has not been built: npm run build' })
  }
  files ??= readFiles()
  const { path } = context.req
  const name = path === '/' ? 'index.html' : path.slice(base.length + 1)
  const bytes = files.get(name)
  if (bytes === undefined) throw new HTTPException(404, { message: `There is no GET ${path}` })
  // Names of assets change with their content; browsers ask for the page that names them each time.
  context.header('cache-control', name.endsWith('.html') ? 'no-cache' : 'public, max-age=31536000, immutable')
  context.header('content-type', getMimeType(name) ?? 'application/octet-stream')
  return context.body(bytes)
}
