import { type Hub, type HubOptions, startHub } from '../../emulator/src/index.ts'
import { later } from './cleanup.ts'

/** The part of a hub that its clients need. The hub can run in another process. */
export interface RemoteHub {
  readonly endpoints: Hub['endpoints']
  readonly certificateAuthority: string
  readonly connectionStrings: Hub['connectionStrings']
}

/** Starts a hub for the current test: a test of an option, the clock, or all devices. */
export async function start(options?: HubOptions): Promise<Hub> {
  const hub = await startHub(options)
  later(() => hub.close())
  return hub
}

/** The connections of a device and its modules. */
export function connectionsOf(hub: Hub, deviceId: string): ReturnType<Hub['connections']> {
  return hub.connections().filter((each) => each.deviceId === deviceId)
}
