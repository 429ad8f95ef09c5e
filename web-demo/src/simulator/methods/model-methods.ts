import type { MethodHandler } from 'hubtwin/methods'
import type { SimulatedDevice } from '../simulated-device.ts'

/** Long enough for the response to be sent first. */
const REBOOT_AFTER_IN_MS = 1000

/**
 * The direct methods of the model: `reboot` drops the connection, and `reload` reads the twin
 * again.
 */
export function createModelMethods(device: () => SimulatedDevice | undefined): ReadonlyMap<string, MethodHandler> {
  return new Map<string, MethodHandler>([
    [
      'reboot',
      () => {
        const rebooting = device()
        setTimeout(() => rebooting === device() && rebooting?.faults.drop(), REBOOT_AFTER_IN_MS)
        return { status: 202, payload: { rebootsInMs: REBOOT_AFTER_IN_MS } }
      },
    ],
    [
      'reload',
      async ({ signal }) => {
        const twin = device()?.twin
        await twin?.refresh({ signal })
        return { status: 200, payload: { ...twin?.versions } }
      },
    ],
  ])
}
