import { Workbox } from 'workbox-window'

// In an insecure context, a browser has neither service workers nor caches. If it blocks storage,
// it may throw. The kiosk works without them while the network is up.

/** Stores the page for a start without a network, and reloads when a new version is stored. */
export function storePage(): void {
  try {
    const worker = new Workbox('./kiosk-worker.js', { scope: './kiosk' })
    worker.addEventListener('controlling', ({ isUpdate, isExternal }) => (isUpdate || isExternal) && location.reload())
    worker.register().catch(console.warn)
  } catch (error) {
    console.warn('This page cannot start without a network:', error)
  }
}

/** Removes the stored page, so that the next load gets it from the server. */
export async function forgetStoredPage(): Promise<void> {
  try {
    for (const name of await caches.keys()) await caches.delete(name)
    await (await navigator.serviceWorker.getRegistration())?.unregister()
  } catch (error) {
    console.warn('The stored page could not be removed:', error)
  }
}
