import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { patchDesired, report } from './changes.ts'
import { type Device, openDevice } from './device.ts'
import type { House } from './house.ts'
import { isConnected } from './hub-steps.ts'
import { type Figures, takeFigures } from './figures.ts'
import { sendNext } from './feature-calls.ts'
import { findFaults } from './invariants/find-faults.ts'
import { checkFeatures } from './check-features.ts'
import { startMonitor } from './monitor.ts'
import type { Plan } from './plan.ts'
import { beginPlay, playStep } from './play-step.ts'
import type { Play } from './play.ts'
import { openProxy } from './proxy.ts'
import { isInStep, sectionsAt, withoutMeta } from './sections.ts'
import { socketsTo } from './sockets.ts'
import type { Transport } from './transport.ts'
import { waitFor } from './wait-for.ts'

export interface PlanResult {
  /** The violations at the end; empty if the plan succeeded. */
  readonly faults: readonly string[]
  readonly figures: Figures
}

/**
 * The time for a device to recover after the network does: one and a half keep-alives, and a
 * margin.
 */
const HEALING_IN_MS = 15_000

export async function runPlan(house: House, plan: Plan, transport: Transport): Promise<PlanResult> {
  const deviceId = `plan-${randomUUID()}`
  await house.hub.createDevice(deviceId)
  const proxy = await openProxy(house.hub.plainPort)
  const features = plan.subject === 'device' ? plan : undefined
  const device = openDevice(house.hub, { ...plan, deviceId, port: proxy.port, transport, features })
  const play = beginPlay({ house, proxy, client: device, deviceId, port: 'plainPort' })
  const monitor = startMonitor(play)
  try {
    for (const step of plan.steps) await playStep(play, step)
    const beganAt = performance.now()
    await heal(play)
    const healedInMs = performance.now() - beganAt
    const stillWrong = isInStep(play) ? await checkReported(play, device) : [describe(play)]
    const unfinished = plan.subject === 'device' ? await checkFeatures(play, plan) : []
    const left = await leave(play, device)
    return {
      faults: [...stillWrong, ...unfinished, ...monitor.faults, ...findFaults(device, play, plan), ...left],
      figures: takeFigures(device, play, healedInMs, monitor),
    }
  } finally {
    monitor.stop()
    play.log.close()
    house.hub.faults.clear()
    house.clockOffsetInMs = 0
    await device.close()
    await proxy.close()
  }
}

/**
 * Restores the network and the hub. Another change on either side shows whether the client
 * recovers.
 */
export async function heal(play: Play): Promise<void> {
  play.house.hub.faults.clear()
  play.house.clockOffsetInMs = 0
  play.proxy.weather = { type: 'fair' }
  report(play, 'set')
  await patchDesired(play, 'set')
  // The next patch reveals that the last patch was lost.
  await delay(20)
  await patchDesired(play, 'nest')
  await waitFor(() => isInStep(play), { atMostInMs: HEALING_IN_MS })
}

/**
 * The device's reported properties equal the hub's. The next read of the twin shows this at the
 * latest.
 */
async function checkReported(play: Play, { twin }: Device): Promise<readonly string[]> {
  const isRight = (): boolean => isDeepStrictEqual(twin.reported, withoutMeta(sectionsAt(play).reported))
  await waitFor(isRight, { atMostInMs: 2000 })
  if (isRight()) return []
  const { reported } = sectionsAt(play)
  return [
    `the device believes to have reported ${JSON.stringify(twin.reported)}, the hub has ${JSON.stringify(reported)}`,
  ]
}

function describe(play: Play): string {
  const { client, reports, refreshes, sends } = play
  const pending = (list: typeof reports): string =>
    list.flatMap(({ outcome }, index) => (outcome.type === 'pending' ? [index + 1] : [])).join()
  return (
    `not in sync ${HEALING_IN_MS} ms after the network recovered: version ${client.version}, ` +
    `${JSON.stringify(client.desired)}, ready: ${client.isReady}, pending reports [${pending(reports)}], ` +
    `refreshes [${pending(refreshes)}], sends [${pending(sends)}], hub ${JSON.stringify(sectionsAt(play))}`
  )
}

/** Closes the device, which must release all its resources. */
async function leave(play: Play, device: Device): Promise<readonly string[]> {
  const { house, proxy, deviceId } = play
  // The close waits for the PUBACK.
  if (device.send) sendNext(play, 'last')
  await device.close()
  const isOver = (): boolean => !isConnected(house.hub, deviceId) && socketsTo(proxy.port) === 0
  await waitFor(isOver, { atMostInMs: 2000 })
  return [
    ...(isConnected(house.hub, deviceId) ? ['the hub still holds a connection of a closed twin'] : []),
    ...(socketsTo(proxy.port) === 0 ? [] : [`a closed twin has ${socketsTo(proxy.port)} sockets`]),
    ...(device.clock.pending === 0 ? [] : [`a closed twin has ${device.clock.pending} timers`]),
    ...(device.twin.status.type === 'closed' ? [] : ['a closed twin is not closed']),
    ...device.given.flatMap(({ what, ended }) => (ended ? [] : [`${what} of a closed twin has not ended`])),
  ]
}
