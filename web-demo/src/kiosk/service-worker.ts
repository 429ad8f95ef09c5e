/// <reference lib="WebWorker" />
import { precacheAndRoute } from 'workbox-precaching'

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: Parameters<typeof precacheAndRoute>[0] }
// The build inserts the list of files (vite.config.ts). So each build produces a different worker,
// which a browser finds within a day.
precacheAndRoute(self.__WB_MANIFEST)
self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
