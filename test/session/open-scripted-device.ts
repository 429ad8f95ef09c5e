import { onTestFinished } from 'vitest'
import type { FeatureSet } from '../../core/src/device/attach-features.ts'
import { createDevice } from '../../core/src/device/create-device.ts'
import type { Device } from '../../core/src/device/device.ts'
import type { DeviceIdentity } from '../../core/src/protocol/identity.ts'
import { checkOptions, type TwinOptions } from '../../core/src/twin/options.ts'
import { createFakeClock, type FakeClock, settle } from './fake-clock.ts'
import { createScriptedHub, type ScriptedHub } from './scripted-hub.ts'

export interface ScriptedDevice<Use extends FeatureSet> {
  readonly device: Device<Use>
  readonly hub: ScriptedHub
  readonly clock: FakeClock
}

const IDENTITY = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }

/** Opens a device between a scripted hub and a fake clock. It waits for its first connection. */
export async function openScriptedDevice<Use extends FeatureSet>(
  use: Use,
  options: TwinOptions = {},
  identity: DeviceIdentity = IDENTITY,
): Promise<ScriptedDevice<Use>> {
  const clock = createFakeClock()
  const hub = createScriptedHub()
  const credentials = {
    identity,
    token: () => Promise.resolve({ password: 'made up', expiresAt: clock.now() + 3_600_000 }),
  }
  const device: unknown = createDevice(credentials, checkOptions(options, identity), use, hub.openWire, clock)
  const scripted = { device: device as Device<Use>, hub, clock }
  onTestFinished(() => scripted.device.close({ timeoutInMs: 0 }))
  await settle()
  return scripted
}

/** Opens the same device, and makes it ready. */
export async function openReadyDevice<Use extends FeatureSet>(
  use: Use,
  options: TwinOptions = {},
  identity: DeviceIdentity = IDENTITY,
): Promise<ScriptedDevice<Use>> {
  const scripted = await openScriptedDevice(use, options, identity)
  scripted.hub.wire.sync({})
  await settle()
  return scripted
}

/** Loses the connection, waits for the next attempt, and makes it ready. */
export async function reconnect({ hub, clock }: ScriptedDevice<FeatureSet>): Promise<void> {
  hub.wire.drop()
  await clock.advance(1000)
  hub.wire.sync({})
  await settle()
}
