import { Workbox } from 'workbox-window'

// A browser has no service worker and no caches in an insecure context, and may throw where it blocks storage. The
// kiosk works without them, as long as there is a network.

/** Stores the page for a start without a network, and loads it again when a new version is stored. */
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
    console.warn('This page has no store to empty:', error)
  }
}
