import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import type { Hub, HubOptions, JsonObject } from '../../../emulator/src/index.ts'
import { connectSubscribed } from '../device.ts'
import { start } from '../hub.ts'
import { rest } from '../rest.ts'

/** A hub under attack, and a well-behaved device that the test watches. */
export interface WatchedHub {
  readonly hub: Hub
  /** Expects that the hub has no internal error and still serves well-behaved clients. */
  expectSound(): Promise<void>
  /** Expects that the hub needs at most a few more megabytes than at the previous call. */
  expectNoGrowth(): void
}

export const BYSTANDER = 'bystander'

/** The allowed growth of the heap: caches, compiled code, and the test itself. */
const SLACK_IN_BYTES = 24 * 1024 * 1024

export async function watchedHub(options: HubOptions = {}): Promise<WatchedHub> {
  const faults: unknown[] = []
  const hub = await start({ ...options, onError: (error) => faults.push(error) })
  await hub.createDevice(BYSTANDER)
  const desired: JsonObject = { mode: 'quiet' }
  await hub.updateTwin(BYSTANDER, { tags: { watched: true }, properties: { desired } })
  const device = await connectSubscribed(hub, { deviceId: BYSTANDER })
  const before = stateOf(hub.twin(BYSTANDER))
  let heap: number | undefined

  return {
    hub,
    async expectSound() {
      expect(faults).toEqual([])
      expect((await device.get()).body).toBe(
        JSON.stringify({ desired: { ...desired, $version: 2 }, reported: REPORTED }),
      )
      const { status, body } = await rest(hub, 'GET', `/twins/${BYSTANDER}`)
      expect([status, stateOf(body)]).toEqual([200, before])
      expect(Object.keys(Object.prototype)).toEqual([])
    },
    expectNoGrowth() {
      const now = usedHeap()
      if (heap !== undefined) expect(now).toBeLessThan(heap + SLACK_IN_BYTES)
      heap = now
    },
  }
}

const REPORTED = { $version: 1 }

/** The properties that only the device and its back end may change. */
function stateOf({ tags, properties, etag, version, connectionState }: JsonObject): unknown {
  return { tags, properties, etag, version, connectionState }
}

function usedHeap(): number {
  setFlagsFromString('--expose_gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
