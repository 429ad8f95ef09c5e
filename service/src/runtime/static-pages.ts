import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { getMimeType } from 'hono/utils/mime'
import { chooseEncoding, type Encoding, ENCODINGS } from './content-encoding.ts'
import { Problem, problemResponse } from '../tokens/base/problem.ts'

/** A built page is far smaller. Larger content belongs on a web server that streams files. */
const MAX_TOTAL_BYTES = 100 * 1024 * 1024

/** The files of a folder in memory, by their relative path, such as `assets/kiosk-3f2a.js`. */
export type Pages = ReadonlyMap<string, Uint8Array<ArrayBuffer>>

/**
 * Reads a built page into memory once. So a request opens no file, and the server compares its path
 * with names but never resolves it.
 *
 * Skips files that do not belong to a build: names that start with a dot (`.env`, `.git`) except
 * `.well-known`, backup files of editors, and links that lead out of the folder.
 *
 * @throws Error if the folder does not exist or holds more than 100 MB
 */
export function readPages(folder: string): Pages {
  const root = realpathSync(folder)
  const pages = new Map<string, Uint8Array<ArrayBuffer>>()
  let total = 0

  function readFolder(path: string, below: string, above: readonly string[]): void {
    for (const name of readdirSync(path)) {
      if (isHidden(name)) continue
      const real = realPathWithin(root, join(path, name))
      // A link to a parent folder would loop forever.
      if (real === undefined || above.includes(real)) continue
      const status = statSync(real)
      if (status.isDirectory()) readFolder(real, `${below}${name}/`, [...above, real])
      else if (status.isFile()) {
        total += status.size
        if (total > MAX_TOTAL_BYTES)
          throw new Error(`The folder ${folder} holds more than 100 MB; expected a built page`)
        pages.set(`${below}${name}`, new Uint8Array(readFileSync(real)))
      }
    }
  }
  readFolder(root, '', [root])
  return pages
}

function isHidden(name: string): boolean {
  return (name.startsWith('.') && name !== '.well-known') || /(?:~|\.(?:bak|old|orig|sw[a-p]|tmp))$/i.test(name)
}

/** @returns `undefined` for a link that leads out of the folder, or to nothing */
function realPathWithin(root: string, path: string): string | undefined {
  try {
    const real = realpathSync(path)
    return real.startsWith(root + sep) ? real : undefined
  } catch {
    return undefined
  }
}

/**
 * Serves a built page. Its content security policy allows only its own files and connections to the
 * hub: no inline script, no eval, no other host, no frame around it. A file with a `.br` or `.gz`
 * next to it goes out compressed.
 *
 * @param connectTo origins in addition to its own, such as `wss://contoso.azure-devices.net`
 */
export function staticPages(pages: Pages, connectTo: readonly string[]): (request: Request) => Promise<Response> {
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
      // Not `no-referrer`: with it, some browsers send `Origin: null` to the page's own host.
      referrerPolicy: 'same-origin',
      strictTransportSecurity: false,
    }),
  )
  app.get('*', (context) => {
    const name = nameFor(pages, context.req.path)
    if (name === undefined) return context.notFound()
    const encoding = chooseEncoding(context.req.header('accept-encoding'), (each) =>
      pages.has(name + extensionOf(each)),
    )
    const bytes = pages.get(name + extensionOf(encoding))
    if (bytes === undefined) return context.notFound()
    if (encoding !== undefined) context.header('content-encoding', encoding)
    context.header('vary', 'accept-encoding')
    // The build puts a content hash into these names, so the files never change. A page or
    // `logo-portrait.svg` can change.
    const isHashed = /^assets\/.*-[\w-]{8}\.\w+$/.test(name)
    context.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    context.header('content-type', getMimeType(name) ?? 'application/octet-stream')
    return context.body(bytes)
  })
  app.notFound(() => {
    const response = problemResponse(new Problem('ERR_NOT_FOUND', 'There is nothing at this address'))
    response.headers.set('cache-control', 'no-cache')
    return response
  })
  return async (request) => app.fetch(request)
}

function extensionOf(encoding: Encoding | undefined): string {
  return ENCODINGS.find(([each]) => each === encoding)?.[1] ?? ''
}

/** `/` is `index.html`, and `/kiosk` is `kiosk.html`. */
function nameFor(pages: Pages, path: string): string | undefined {
  let name: string
  try {
    name = decodeURIComponent(path).slice(1)
  } catch {
    return undefined
  }
  const candidates = name === '' || name.endsWith('/') ? [`${name}index.html`] : [name, `${name}.html`]
  return candidates.find((candidate) => pages.has(candidate))
}

/** Where the pages of a folder are: `/` for `index.html`, `/kiosk` for `kiosk.html`. */
export function pathsOf(folder: string): string[] {
  const names = readdirSync(folder).flatMap((name) => /^([^.].*)\.html$/.exec(name)?.[1] ?? [])
  return names.map((name) => (name === 'index' ? '/' : `/${name}`)).sort()
}
