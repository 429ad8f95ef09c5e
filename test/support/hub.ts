import { type Hub, type HubOptions, startHub } from '../../emulator/src/index.ts'
import { later } from './cleanup.ts'

/** The part of a hub that its clients need. The hub can run in another process. */
export interface RemoteHub {
  readonly endpoints: Hub['endpoints']
  readonly certificateAuthority: string
  readonly connectionStrings: Hub['connectionStrings']
}

export async function start(options?: HubOptions): Promise<Hub> {
  const hub = await startHub(options)
  later(() => hub.close())
  return hub
}
