import type { JsonObject } from 'hubtwin/light'
import type { DeviceOptions } from 'hubtwin-device-models'
import type { SimulationSettings } from '../shared/device-model/simulation.ts'
import { deviceIdOf, type FleetHub } from './fleet-hub.ts'
import { type Member, type MemberEvent, openMember } from './member.ts'

/** A hub takes 100 new connections a second (S1, one unit), and others want some too. */
const CONNECTS_PER_SECOND = 50
const STEP_IN_MS = 100

/** Each device looks at the clock once a second; they take turns, so that no frame has them all. */
const TURNS = 10

/** A fleet that runs. */
export interface Fleet {
  readonly count: number
  /** Those that have begun to connect, by their place. */
  readonly members: readonly Member[]
  /** Ends every connection. Resolves when all are closed. */
  stop(): Promise<void>
}

export interface FleetListener {
  /** Something about the device at this place may look different. */
  changed(index: number): void
  /** The hub has taken a report of it. */
  taken(index: number, patch: JsonObject): void
}

/** @param settings looked at with every report of every device */
export function startFleet(
  hub: FleetHub,
  count: number,
  settings: SimulationSettings,
  { changed, taken }: FleetListener,
): Fleet {
  const members: Member[] = []
  const start = Date.now()
  let turn = 0

  function step(): void {
    // By the clock: a hidden page steps once a second, or once a minute. The first connects at once.
    const due = Math.min(count, 1 + Math.floor(((Date.now() - start) * CONNECTS_PER_SECOND) / 1000))
    const most = members.length + CONNECTS_PER_SECOND
    for (let index = members.length; index < Math.min(due, most); index += 1) {
      const tell = (event: MemberEvent): void => (event.type === 'taken' ? taken(index, event.patch) : changed(index))
      members.push(openMember(hub, deviceIdOf(index + 1), settings, roomOf(index), tell))
    }
    for (let index = turn; index < members.length; index += TURNS) members[index]?.happen({ type: 'tick' })
    turn = (turn + 1) % TURNS
  }

  const timer = setInterval(step, STEP_IN_MS)
  step()

  return {
    count,
    members,
    async stop() {
      clearInterval(timer)
      await Promise.all(members.map((member) => member.close()))
    },
  }
}

/** No two rooms are alike, and a room whose target is reached still has something to tell. */
function roomOf(index: number): DeviceOptions {
  // The golden ratio spreads numbers evenly, however many there are.
  const share = (index * 0.618_034) % 1
  return { temperature: 16 + 6 * share, sway: { by: 0.5, phase: share } }
}
