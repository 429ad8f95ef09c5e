import type { JsonObject } from 'hubtwin/light'
import type { DeviceOptions } from 'hubtwin-device-models'
import type { SimulationSettings } from '../shared/device-model/simulation.ts'
import { deviceIdOf, type FleetHub } from './fleet-hub.ts'
import { type Member, type MemberEvent, openMember } from './member.ts'

/**
 * An S1 hub with one unit accepts 100 new connections a second; other clients need some of them.
 */
const CONNECTS_PER_SECOND = 50
const STEP_IN_MS = 100

/** Each device ticks once a second. The devices take turns, so that no frame runs all of them. */
const TURNS = 10

/** A running fleet. */
export interface Fleet {
  readonly count: number
  /** The devices that have started to connect, in the order of their numbers. */
  readonly members: readonly Member[]
  /** Closes every connection. Resolves when all are closed. */
  stop(): Promise<void>
}

export interface FleetListener {
  /** The device at this index may look different. */
  onChanged(index: number): void
  /** The hub accepted a report of the device. */
  onReported(index: number, patch: JsonObject): void
  /** The hub stored a message of a device. */
  onTelemetry(): void
}

/** @param settings read again for every report of every device */
export function startFleet(
  hub: FleetHub,
  count: number,
  settings: SimulationSettings,
  { onChanged, onReported, onTelemetry }: FleetListener,
): Fleet {
  const members: Member[] = []
  const start = Date.now()
  let turn = 0

  function advance(): void {
    // Uses the clock, because a hidden page steps only once a second or once a minute. The first
    // device connects immediately.
    const due = Math.min(count, 1 + Math.floor(((Date.now() - start) * CONNECTS_PER_SECOND) / 1000))
    const end = members.length + CONNECTS_PER_SECOND
    for (let index = members.length; index < Math.min(due, end); index += 1) {
      const emit = (event: MemberEvent): void => {
        if (event.type === 'telemetry') onTelemetry()
        else if (event.type === 'reported') onReported(index, event.patch)
        else onChanged(index)
      }
      members.push(openMember(hub, deviceIdOf(index + 1), settings, roomOf(index), emit))
    }
    for (let index = turn; index < members.length; index += TURNS) members[index]?.dispatch({ type: 'tick' })
    turn = (turn + 1) % TURNS
  }

  const timer = setInterval(advance, STEP_IN_MS)
  advance()

  return {
    count,
    members,
    async stop() {
      clearInterval(timer)
      await Promise.all(members.map((member) => member.close()))
    },
  }
}

/**
 * Gives each device a different room. The temperature keeps swaying after it reaches its target.
 */
function roomOf(index: number): DeviceOptions {
  // Multiples of the golden ratio spread evenly between 0 and 1.
  const share = (index * 0.618_034) % 1
  return { temperature: 16 + 6 * share, sway: { by: 0.5, phase: share } }
}
