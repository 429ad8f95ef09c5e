import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hub, startHub } from 'hubtwin-emulator'

/** A hub that can be stopped and started again with all that it knew. */
export interface House {
  readonly hub: Hub
  restart(): Promise<void>
  close(): Promise<void>
}

export async function openHouse(): Promise<House> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'hubtwin-faults-'))
  let hub = await startHub({ dataFolder })
  return {
    get hub() {
      return hub
    },
    async restart() {
      await hub.close()
      hub = await startHub({ dataFolder })
    },
    async close() {
      await hub.close()
      await rm(dataFolder, { recursive: true })
    },
  }
}
