import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hub, startHub } from 'hubtwin-emulator'

/** A hub that can stop and restart with all its data. */
export interface House {
  readonly hub: Hub
  /** The offset of the hub's clock. */
  clockOffsetInMs: number
  restart(): Promise<void>
  close(): Promise<void>
}

export async function openHouse(): Promise<House> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'hubtwin-faults-'))
  let clockOffsetInMs = 0
  const options = { dataFolder, clock: () => Date.now() + clockOffsetInMs }
  let hub = await startHub(options)
  return {
    get clockOffsetInMs() {
      return clockOffsetInMs
    },
    set clockOffsetInMs(offset) {
      clockOffsetInMs = offset
    },
    get hub() {
      return hub
    },
    async restart() {
      await hub.close()
      hub = await startHub(options)
    },
    async close() {
      await hub.close()
      await rm(dataFolder, { recursive: true })
    },
  }
}
