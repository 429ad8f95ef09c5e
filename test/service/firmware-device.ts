import { type JsonObject, openTwin, type Twin } from 'hubtwin'

/** A device's reaction to a new desired version. */
export type Behavior = 'succeeds' | 'fails' | 'stays downloading'

export interface FirmwareDevice {
  readonly twin: Twin
  behavior: Behavior
  close(): Promise<void>
}

/** Opens a device that follows docs/guides/rollout.md, without delays. */
export function openFirmwareDevice(connectionString: string, behavior: Behavior = 'succeeds'): FirmwareDevice {
  const twin = openTwin(connectionString)
  const device: FirmwareDevice = { twin, behavior, close: () => twin.close() }
  let running = '1.2.1'

  async function update(version: string, rollout: string): Promise<void> {
    const report = (rest: JsonObject): Promise<number> =>
      twin.report({ firmware: { version: running, rollout, progress: null, error: null, ...rest } })
    await report({ status: 'downloading', pending: version, progress: 40 })
    if (device.behavior === 'stays downloading') return
    if (device.behavior === 'fails') {
      await report({ status: 'failed', pending: version, error: 'The checksum is wrong' })
      return
    }
    await report({ status: 'applying', pending: version })
    running = version
    await report({ status: 'done', pending: null })
  }

  twin.onDesired('firmware', ({ value }) => {
    const { version, rollout } = (value ?? {}) as { version?: string; rollout?: string }
    // The hub may close before the report arrives. These tests do not depend on it.
    if (version !== undefined && rollout !== undefined) update(version, rollout).catch(() => undefined)
  })
  return device
}
