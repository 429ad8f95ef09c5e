import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Hub, JsonObject } from 'hubtwin-emulator'
import { type Device, openDevice } from './device.ts'
import type { House } from './house.ts'
import { findFaults } from './invariants.ts'
import { nonsense, type Plan, type Step } from './plan.ts'
import { delay, openProxy, type Proxy } from './proxy.ts'

/** A report of the plan, and what became of it. */
export interface ReportRecord {
  readonly n: number
  readonly shape: 'set' | 'replace' | 'abort'
  outcome:
    | { readonly type: 'pending' }
    | { readonly type: 'resolved'; readonly version: number }
    | { readonly type: 'rejected'; readonly error: unknown }
}

/** How long a device may take to be right again once the network is: a keep-alive and a half, and then some. */
const HEALING_IN_MS = 15_000

/** @returns what was wrong in the end; nothing, if all is well */
export async function runPlan(house: House, plan: Plan): Promise<readonly string[]> {
  const deviceId = `plan-${randomUUID()}`
  await house.hub.createDevice(deviceId)
  const proxy = await openProxy(house.hub.plainPort)
  const device = openDevice(house.hub, { ...plan, deviceId, port: proxy.port })
  const play: Play = { house, proxy, device, deviceId, reports: [], desired: 0 }
  try {
    for (const step of plan.steps) await playStep(play, step)
    return [
      ...(await heal(play)),
      ...findFaults(device, play.reports, house.hub.twin(deviceId)),
      ...(await leave(play)),
    ]
  } finally {
    house.hub.faults.clear()
    await device.twin.close()
    await proxy.close()
  }
}

interface Play {
  readonly house: House
  readonly proxy: Proxy
  readonly device: Device
  readonly deviceId: string
  readonly reports: ReportRecord[]
  desired: number
}

async function playStep(play: Play, step: Step): Promise<void> {
  const { house, proxy, device, deviceId } = play
  const { hub } = house
  switch (step.type) {
    case 'desired':
      return patchDesired(play, step.shape)
    case 'report':
      return report(play, step.shape)
    case 'refresh':
      device.twin.refresh().catch(() => {})
      return
    case 'wait':
      return delay(step.inMs)
    case 'calm':
      return calm(play)
    case 'weather':
      proxy.weather = step.weather
      return
    case 'cut':
      return proxy.cut()
    case 'delay-answer':
      hub.faults.set({ type: 'delay-answer', delayInMs: 30 }, { deviceId, times: step.times })
      return
    case 'answer':
      hub.faults.set({ type: 'answer', status: step.status }, { deviceId, times: step.times })
      return
    case 'lose-answer':
    case 'throttle':
    case 'lose-notification':
    case 'duplicate-notification':
    case 'refuse-connect':
      hub.faults.set({ type: step.type }, { deviceId, times: step.times })
      return
    case 'drop':
      hub.faults.drop({ deviceId })
      return
    case 'stale':
      return send(hub, deviceId, '$iothub/twin/PATCH/properties/desired/?$version=1', '{"a":"stale","$version":1}')
    case 'nonsense':
      return send(hub, deviceId, nonsense[step.message][0], nonsense[step.message][1])
    case 'restart':
      await house.restart()
      proxy.upstreamPort = house.hub.plainPort
      return proxy.cut()
    case 'wake':
    case 'sleep':
      return device.tell(step.type)
  }
}

async function calm({ proxy, device }: Play): Promise<void> {
  proxy.weather = { type: 'fair' }
  const until = Date.now() + 300
  while (device.twin.status.type !== 'ready' && Date.now() < until) await delay(2)
}

async function patchDesired(play: Play, shape: 'set' | 'nest' | 'delete' | 'replace'): Promise<void> {
  const n = ++play.desired
  // A key of its own shows any patch that was missed, whatever came after it.
  const patches: Readonly<Record<typeof shape, JsonObject>> = {
    set: { a: n, c: [n, n] },
    nest: { b: { x: n, [`y${n % 3}`]: n } },
    delete: n % 2 === 0 ? { b: null } : { a: null, b: { x: null } },
    replace: { a: { inner: n }, b: n },
  }
  await play.house.hub.updateTwin(play.deviceId, { properties: { desired: { ...patches[shape], [`k${n}`]: n } } })
}

function report({ device, reports }: Play, shape: ReportRecord['shape']): void {
  const n = reports.length + 1
  const record: ReportRecord = { n, shape, outcome: { type: 'pending' } }
  reports.push(record)
  const abort = new AbortController()
  if (shape === 'replace') device.twin.report({ box: null }).catch(() => {})
  const patch = { [`r${n}`]: n, counter: n, ...(shape === 'replace' && { box: { [`b${n}`]: n } }) }
  device.twin.report(patch, { signal: abort.signal }).then(
    (version) => (record.outcome = { type: 'resolved', version }),
    (error: unknown) => (record.outcome = { type: 'rejected', error }),
  )
  if (shape === 'abort') setTimeout(() => abort.abort(new Error('no longer wanted')), 5)
}

async function send(hub: Hub, deviceId: string, topic: string, payload: string): Promise<void> {
  // A device that is not connected misses it, as it would.
  await hub.faults.send({ deviceId }, topic, payload).catch(() => {})
}

/** Everything is well again; one more change on either side shows that the device is, too. */
async function heal(play: Play): Promise<readonly string[]> {
  const { house, proxy, device, deviceId, reports } = play
  house.hub.faults.clear()
  proxy.weather = { type: 'fair' }
  device.tell('wake')
  await delay(5)
  report(play, 'set')
  await patchDesired(play, 'set')
  // A notification that is lost last is noticed at the next one.
  await delay(20)
  await patchDesired(play, 'nest')
  const isRight = (): boolean => {
    const { desired } = house.hub.twin(deviceId).properties as unknown as { desired: JsonObject & { $version: number } }
    const { $version, $metadata, ...properties } = desired
    return (
      reports.every(({ outcome }) => outcome.type !== 'pending') &&
      device.twin.versions.desired === $version &&
      isDeepStrictEqual(device.twin.desired, properties)
    )
  }
  const until = Date.now() + HEALING_IN_MS
  while (!isRight() && Date.now() < until) await delay(10)
  if (isRight()) return []
  const pending = reports.filter(({ outcome }) => outcome.type === 'pending').map(({ n }) => n)
  return [
    `not in step ${HEALING_IN_MS} ms after the network was well: device ${JSON.stringify(device.twin.versions)} ` +
      `${JSON.stringify(device.twin.desired)}, status ${device.twin.status.type}, pending reports [${pending.join()}], ` +
      `hub ${JSON.stringify(house.hub.twin(deviceId).properties)}`,
  ]
}

/** The device goes, and takes all of itself along. */
async function leave({ house, device, deviceId }: Play): Promise<readonly string[]> {
  await device.twin.close()
  const until = Date.now() + 2000
  const isConnected = (): boolean => house.hub.connections().some((connection) => connection.deviceId === deviceId)
  while (isConnected() && Date.now() < until) await delay(5)
  return [
    ...(isConnected() ? ['the hub still holds a connection of a closed twin'] : []),
    ...(device.clock.pending === 0 ? [] : [`a closed twin has ${device.clock.pending} timers`]),
    ...(device.twin.status.type === 'closed' ? [] : ['a closed twin is not closed']),
  ]
}
