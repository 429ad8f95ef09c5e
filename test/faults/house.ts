import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hub, type HubEvent, startHub } from 'hubtwin-emulator'

/** A hub that can stop and restart with all its data. */
export interface House {
  readonly hub: Hub
  /** The offset of the hub's clock. */
  clockOffsetInMs: number
  /** Calls synchronously with each event, also after a restart. @returns removes the listener */
  listen(listener: (event: HubEvent) => void): () => void
  restart(): Promise<void>
  close(): Promise<void>
}

export async function openHouse(): Promise<House> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'hubtwin-faults-'))
  let clockOffsetInMs = 0
  const options = { dataFolder, clock: () => Date.now() + clockOffsetInMs }
  const listeners = new Set<(event: HubEvent) => void>()
  const start = async (): Promise<Hub> => {
    const started = await startHub(options)
    started.events.listen((event) => {
      for (const listener of listeners) listener(event)
    })
    return started
  }
  let hub = await start()
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
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async restart() {
      await hub.close()
      hub = await start()
    },
    async close() {
      await hub.close()
      await rm(dataFolder, { recursive: true })
    },
  }
}
