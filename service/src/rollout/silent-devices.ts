import type { DeviceState } from './device-state.ts'

/**
 * Finds devices that stay connected without a report about their desired firmware. Without this, a
 * device that runs no update program would go unnoticed until the rollout's time limit.
 */
export interface SilentDevices {
  /**
   * @param now milliseconds
   * @returns the devices that have been silent for the whole time since an earlier call; each once
   */
  find(fleet: ReadonlyMap<string, DeviceState>, now: number): readonly string[]
}

export function silentDevices(afterInMs: number): SilentDevices {
  const waitingSince = new Map<string, number>()
  const found = new Set<string>()
  return {
    find(fleet, now) {
      const silent: string[] = []
      for (const [deviceId, state] of fleet) {
        if (state.type !== 'waiting' || !state.isConnected) {
          waitingSince.delete(deviceId)
          continue
        }
        const since = waitingSince.get(deviceId)
        if (since === undefined) waitingSince.set(deviceId, now)
        else if (now - since >= afterInMs && !found.has(deviceId)) silent.push(deviceId)
      }
      for (const deviceId of silent) found.add(deviceId)
      return silent
    },
  }
}
