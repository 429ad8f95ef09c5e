import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import folder from '../../page-folder.cjs'
import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { getMimeType } from 'hono/utils/mime'
import type { Authority } from '../access/authorize.ts'
import { ownHostOnly } from '../http/peer.ts'
import { chooseEncoding, type Encoding, ENCODINGS } from './content-encoding.ts'

const BASE = '/hub/page'
const DEMO = '/demo'

/**
 * The hub's page, and the simulator, the fleet, and the kiosk below `/demo/`, from files of this
 * package. The files contain nothing about this hub, so links may lead to them. The hub's page gets
 * its content from `/hub/`, which is guarded; the others connect as any device or back end does.
 * The hub refuses a request that names a foreign host.
 */
export function pageRoutes({ hostName }: Authority): Hono {
  const app = new Hono()
  const ownHost = ownHostOnly(hostName, (message) => new HTTPException(403, { message }))
  app.get('/', ownHost, hubPolicy, (context) => sendFile(context, 'index.html'))
  app.get(`${BASE}/*`, ownHost, hubPolicy, (context) => sendFile(context, context.req.path.slice(BASE.length + 1)))
  app.get(`${DEMO}/*`, ownHost, demoPolicy, (context) => {
    const { path, url } = context.req
    if (path !== DEMO) return sendFile(context, demoFile(path))
    // The router ignores a slash at the end, but the links of a page depend on it.
    return new URL(url).pathname === DEMO ? context.redirect(`${DEMO}/`) : sendFile(context, 'demo/index.html')
  })
  return app
}

/** `/demo/fleet` is short for `/demo/fleet.html`. */
function demoFile(path: string): string {
  return `${path.slice(1)}${/\/[\w-]+$/.test(path) ? '.html' : ''}`
}

const COMMON = { strictTransportSecurity: false, xFrameOptions: 'DENY', referrerPolicy: 'no-referrer' } as const

const DIRECTIVES = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
}

const hubPolicy = secureHeaders({
  ...COMMON,
  contentSecurityPolicy: { ...DIRECTIVES, requireTrustedTypesFor: ["'script'"], trustedTypes: ["'none'"] },
})

const onThisMachine = ['ws', 'http'].flatMap((scheme) => [`${scheme}://localhost:*`, `${scheme}://127.0.0.1:*`])

/**
 * A demo page connects to the hub or the token service of your choice, so it needs TLS elsewhere.
 * The kiosk has a sound and a service worker. Each page restricts itself further, in its HTML.
 */
const demoPolicy = secureHeaders({
  ...COMMON,
  contentSecurityPolicy: {
    ...DIRECTIVES,
    connectSrc: ["'self'", 'wss:', 'https:', ...onThisMachine],
    manifestSrc: ["'self'"],
    mediaSrc: ["'self'"],
    workerSrc: ["'self'"],
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

/** @param name the path of the file in the folder */
function sendFile(context: Context, name: string): Response {
  if (files === undefined && !existsSync(join(folder, 'demo'))) {
    throw new HTTPException(503, { message: 'The pages of this hub are not built: npm run build' })
  }
  files ??= readFiles()
  const known = files
  const encoding = chooseEncoding(context.req.header('accept-encoding'), (each) => known.has(name + extensionOf(each)))
  const bytes = known.get(name + extensionOf(encoding))
  if (bytes === undefined) throw new HTTPException(404, { message: `There is no GET ${context.req.path}` })
  // The name of an asset changes with its content. Browsers revalidate the other files each time.
  const isHashed = /^(?:demo\/)?assets\/.*-[\w-]{8}\.\w+$/.test(name)
  context.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (encoding !== undefined) context.header('content-encoding', encoding)
  context.header('vary', 'accept-encoding')
  context.header('content-type', getMimeType(name) ?? 'application/octet-stream')
  return context.body(bytes)
}

function extensionOf(encoding: Encoding | undefined): string {
  return ENCODINGS.find(([each]) => each === encoding)?.[1] ?? ''
}
