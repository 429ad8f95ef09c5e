import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import folder from '../../page-folder.cjs'
import { Hono, type MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { getMimeType } from 'hono/utils/mime'
import type { Authority } from '../access/authorize.ts'
import { ownHostOnly } from '../http/peer.ts'
import { chooseEncoding, type Encoding, ENCODINGS } from './content-encoding.ts'

const base = '/hub/page'

/**
 * The hub's page, from files of this package. The files contain nothing about this hub, so links
 * may lead to them. The page gets its content from `/hub/`, which is guarded. A request with a
 * foreign host gets nothing.
 */
export function pageRoutes({ hostName }: Authority): Hono {
  const app = new Hono()
  const ownHost = ownHostOnly(hostName, (message) => new HTTPException(403, { message }))
  app.get('/', ownHost, policy, sendFile)
  app.get(`${base}/*`, ownHost, policy, sendFile)
  return app
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

/** The files by their path in the folder. The first request reads all of them. */
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

const sendFile: MiddlewareHandler = async (context) => {
  if (files === undefined && !existsSync(folder)) {
    throw new HTTPException(503, { message: 'The page of this hub is not built: npm run build' })
  }
  files ??= readFiles()
  const { path } = context.req
  const name = path === '/' ? 'index.html' : path.slice(base.length + 1)
  const known = files
  const encoding = chooseEncoding(context.req.header('accept-encoding'), (each) => known.has(name + extensionOf(each)))
  const bytes = known.get(name + extensionOf(encoding))
  if (bytes === undefined) throw new HTTPException(404, { message: `There is no GET ${path}` })
  // The names of assets change with their content. Browsers revalidate the other files each time.
  const isHashed = /^assets\/.*-[\w-]{8}\.\w+$/.test(name)
  context.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (encoding !== undefined) context.header('content-encoding', encoding)
  context.header('vary', 'accept-encoding')
  context.header('content-type', getMimeType(name) ?? 'application/octet-stream')
  return context.body(bytes)
}

function extensionOf(encoding: Encoding | undefined): string {
  return ENCODINGS.find(([each]) => each === encoding)?.[1] ?? ''
}
