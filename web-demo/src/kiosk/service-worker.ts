/// <reference lib="WebWorker" />

const worker = globalThis as unknown as ServiceWorkerGlobalScope

// The shell of the page, for a start without a network: the page itself and what it links to.
const SHELL = 'kiosk-shell'
const PAGE = './kiosk'

async function store(): Promise<void> {
  const page = await fetch(PAGE, { cache: 'reload' })
  const links = [...(await page.clone().text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link)
  const cache = await caches.open(SHELL)
  await cache.addAll(links)
  await cache.put(PAGE, page)
  const wanted = new Set([PAGE, ...links].map((link) => new URL(link, worker.location.href).href))
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request)
}

worker.addEventListener('install', (event) => event.waitUntil(store().then(() => worker.skipWaiting())))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || new URL(request.url).pathname.startsWith('/api/')) return
  event.respondWith(request.mode === 'navigate' ? getPage(request) : getStored(request))
})

/** Asked for anew, so that a new version is found; its parts have their version in their names. */
async function getPage(request: Request): Promise<Response> {
  try {
    const page = await fetch(request)
    await store()
    return page
  } catch {
    return getStored(PAGE)
  }
}

async function getStored(request: Request | string): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request)
}
