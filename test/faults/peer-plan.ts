import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { checkFeatures } from './check-features.ts'
import type { Client } from './client.ts'
import { SHORT_WAITS, openDevice } from './device.ts'
import type { Figures } from './figures.ts'
import type { House } from './house.ts'
import { countFeatures, settleCalls, withVerdict } from './peer-features.ts'
import { openPeer } from './peer-client.ts'
import type { Plan } from './plan.ts'
import { beginPlay, playStep } from './play-step.ts'
import type { Play } from './play.ts'
import { openProxy } from './proxy.ts'
import { heal } from './run-plan.ts'
import { sectionsAt, withoutMeta } from './sections.ts'

const OFFICIAL_TOKEN_LIFE_IN_MS = 3_600_000

export type Contestant = 'azure-iot-device' | 'hubtwin'

/**
 * A plan, and the counts that apply to both clients. Both start connected, after they read the
 * twin.
 */
export async function runPeerPlan(house: House, plan: Plan, contestant: Contestant): Promise<Figures> {
  const deviceId = `peer-${randomUUID()}`
  await house.hub.createDevice(deviceId)
  const port = contestant === 'hubtwin' ? 'plainPort' : 'securePort'
  const proxy = await openProxy(house.hub[port])
  let client: Client | undefined
  try {
    client = await open(house, plan, contestant, deviceId, proxy.port)
    const play = beginPlay({ house, proxy, client, deviceId, port })
    for (const step of plan.steps) await playStep(play, step)
    await heal(play)
    const figures = count(play)
    if (plan.subject === 'twin') return figures
    // The official client has its own tokens.
    const tokenLifeInMs = contestant === 'hubtwin' ? plan.tokenLifeInMs : OFFICIAL_TOKEN_LIFE_IN_MS
    const unfinished = await checkFeatures(play, { ...plan, tokenLifeInMs })
    await settleCalls(play)
    return withVerdict({ ...figures, ...countFeatures(play, unfinished) })
  } finally {
    house.hub.faults.clear()
    house.clockOffsetInMs = 0
    await client?.close()
    await proxy.close()
  }
}

async function open(
  { hub }: House,
  plan: Plan,
  contestant: Contestant,
  deviceId: string,
  port: number,
): Promise<Client> {
  if (contestant === 'azure-iot-device') return openPeer(hub, deviceId, port, plan.subject)
  const device = openDevice(hub, {
    ...{ ...plan, deviceId, port, waits: SHORT_WAITS },
    // The official client has no bound.
    features: plan.subject === 'device' ? { ...plan, maxMessages: 1_000_000 } : undefined,
  })
  await device.twin.ready()
  return device
}

/** Resolves when the client is in sync, or 15 s after the network recovered. */
function count(play: Play): Figures {
  const { client, reports, refreshes, history } = play
  const { desired, reported } = sectionsAt(play)
  const isRight = isDeepStrictEqual(client.desired, withoutMeta(desired))
  const missed = [...history.values()].flatMap(({ patch }) =>
    Object.keys(patch).filter((key) => key.startsWith('k') && !Object.hasOwn(client.desired, key)),
  )
  const outboxes = reports.filter(({ outcome }) => outcome.type === 'pending').length
  const pendingReads = refreshes.filter(({ outcome }) => outcome.type === 'pending').length
  const untrue = reports.filter(
    ({ outcome }, index) => outcome.type === 'resolved' && reported[`r${index + 1}`] !== index + 1,
  )
  return {
    plans: 1,
    'plans that end with another desired state than the hub has': isRight ? 0 : 1,
    'plans that end with another version than the hub has': client.version === desired.$version ? 0 : 1,
    'plans with a report that has not settled': outboxes > 0 ? 1 : 0,
    'desired changes': history.size - 1,
    'desired changes that have not arrived': missed.length,
    reports: reports.length,
    'reports that have not settled': outboxes,
    'reports that rejected': reports.filter(({ outcome }) => outcome.type === 'rejected').length,
    'reports that resolved but are not in the hub': untrue.length,
    reads: refreshes.length,
    'reads that have not settled': pendingReads,
  }
}
