/// <reference lib="WebWorker" />
import { precacheAndRoute } from 'workbox-precaching'

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: Parameters<typeof precacheAndRoute>[0] }
// The build writes here what the page is made of (vite.config.ts), so that each build is another worker, which a browser finds within a day.
precacheAndRoute(self.__WB_MANIFEST)
self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
