import { openTwin, type JsonObject, type Twin } from 'hubtwin'

/** What a device does when a version is wanted of it. */
export type Behaviour = 'succeeds' | 'fails' | 'stays downloading'

export interface FirmwareDevice {
  readonly twin: Twin
  behaviour: Behaviour
  close(): Promise<void>
}

/** A device as docs/guides/rollout.md has it, in no time at all. */
export function openFirmwareDevice(connectionString: string, behaviour: Behaviour = 'succeeds'): FirmwareDevice {
  const twin = openTwin(connectionString)
  const device: FirmwareDevice = { twin, behaviour, close: () => twin.close() }
  let running = '1.2.1'

  async function update(version: string, rollout: string): Promise<void> {
    const report = (rest: JsonObject): Promise<number> =>
      twin.report({ firmware: { version: running, rollout, progress: null, error: null, ...rest } })
    await report({ status: 'downloading', pending: version, progress: 40 })
    if (device.behaviour === 'stays downloading') return
    if (device.behaviour === 'fails') {
      await report({ status: 'failed', pending: version, error: 'The checksum is wrong' })
      return
    }
    await report({ status: 'applying', pending: version })
    running = version
    await report({ status: 'done', pending: null })
  }

  twin.onDesired('firmware', ({ value }) => {
    const { version, rollout } = (value ?? {}) as { version?: string; rollout?: string }
    // A report that is refused by a hub that closes is not what these tests are about.
    if (version !== undefined && rollout !== undefined) update(version, rollout).catch(() => undefined)
  })
  return device
}
