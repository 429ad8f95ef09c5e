import { createHash } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'

const LINKS = [
  ['/', 'Devices'],
  ['/demo/', 'A simulated device'],
  ['/demo/fleet.html', 'A simulated fleet'],
  ['/demo/kiosk.html', 'A kiosk'],
] as const

const STYLE = 'body { margin: 2rem; font: 1rem/1.5 system-ui, sans-serif } h1 { font-size: 1.25rem }'
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>No such page</title>
<style>${STYLE}</style>
<h1>The local hub has no such page</h1>
<p>Its pages are:</p>
<ul>
${LINKS.map(([path, name]) => `<li><a href="${path}">${name}</a></li>`).join('\n')}
</ul>
<p>For the REST API, add <code>?api-version=2021-04-12</code> to the address.</p>
</html>
`

/** Whether a person typed the address or followed a link. Programs do not accept HTML. */
export function isForBrowser(accept: string | undefined): boolean {
  return accept?.includes('text/html') === true
}

/** A page with links for a browser at an address that the hub does not have. */
export function notFoundPage(): Response {
  return new Response(HTML, {
    status: 404,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** Answers a browser that asks the REST API without a version, as for `/fleet`. */
export const answerBrowsers: MiddlewareHandler = async ({ req }, next) => {
  const isPage = req.method === 'GET' && req.query('api-version') === undefined && isForBrowser(req.header('accept'))
  return isPage ? notFoundPage() : next()
}
