import type { Registry } from '../hub/registry.ts'
import { ServiceError } from '../hub/service-error.ts'
import { print, printNotice } from '../terminal.ts'
import { openEnrollment } from '../tokens/enrollment/enrollment.ts'
import { hasSigningKeys } from '../tokens/jwt/signing-keys.ts'
import { usesLocalHub } from './hub-from-environment.ts'
import { withState } from './state.ts'
import type { StateOptions } from './state-options.ts'

export interface CodeOptions extends StateOptions {
  readonly minutes: number
  readonly create?: boolean
}

/** Prints a one-time code for a device of the hub. A running token service accepts it at once. */
export async function code(registry: Registry, deviceId: string, options: CodeOptions): Promise<void> {
  await checkDevice(registry, deviceId, options.create === true)
  await withState(options, async ({ store, place }) => {
    if (!(await hasSigningKeys(store))) {
      printNotice(`No token service has its state in ${place} yet; a service with another state rejects the code`)
    }
    const made = await openEnrollment(store).codes.make(deviceId, options.minutes * 60)
    print(made.code)
    printNotice(`Valid for ${deviceId}, once, until ${new Date(made.expiresAt).toLocaleTimeString()}`)
  })
}

async function checkDevice(registry: Registry, deviceId: string, create: boolean): Promise<void> {
  try {
    const { isEnabled } = await registry.getDevice(deviceId)
    if (!isEnabled) printNotice(`${deviceId} is disabled at the hub, so the hub refuses it`)
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ERR_NOT_FOUND') throw error
    if (!create) {
      const hub = usesLocalHub() ? 'the local hub' : registry.authority
      throw new Error(`There is no device ${deviceId} at ${hub}; --create creates it`, { cause: error })
    }
    await registry.createDevice(deviceId)
    printNotice(`Created ${deviceId} at ${registry.authority}`)
  }
}
