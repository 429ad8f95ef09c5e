import { setMaxListeners } from 'node:events'

/** For a signal to which every request of a fleet listens: Node takes more than ten listeners for a leak, and says so. */
export function fleetAbortController(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}
