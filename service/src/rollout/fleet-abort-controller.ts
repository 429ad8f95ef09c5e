import { setMaxListeners } from 'node:events'

/**
 * Creates a controller for a signal with a listener per device. By default, Node warns of a leak
 * above ten listeners.
 */
export function fleetAbortController(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}
