import { restOf } from './back-end.ts'
import { type Figures, noFigures, OPERATIONS } from './figures.ts'
import type { Load } from './load.ts'
import type { Phase } from './load-process.ts'
import { residentBytes } from './servers/server.ts'
import { desiredPatchOf } from './twin.ts'

export interface Plan {
  readonly few: number
  readonly devices: number
  readonly rounds: number
  /** The duration of a phase. */
  readonly seconds: number
  /** Requests in flight at full load. */
  readonly inFlight: number
  /** Requests per second at a fixed pace. */
  readonly perSecond: number
}

/** The number of memory samples while devices connect. */
const MEMORY_POINTS = 10
const JOB_RUNS = 3

/**
 * Measures the servers in turn, in slices of about a second, while the others idle: a shared
 * machine changes all the time.
 *
 * @param print called with each step
 */
export async function measure(loads: readonly Load[], plan: Plan, print: (text: string) => void): Promise<Figures[]> {
  const all = loads.map((load) => ({ load, figures: noFigures(load.server.name) }))
  const { seconds } = plan

  async function inTurn(kind: 'few' | 'many' | 'paced'): Promise<void> {
    for (let round = 0; round <= plan.rounds; round++) {
      // The order changes, so that no server always follows the same other server.
      for (const { load, figures } of rotated(all, round)) {
        for (const operation of OPERATIONS) {
          print(`${kind}, round ${round} of ${plan.rounds}: ${load.server.name}, ${operation}`)
          const measured = await load.run({ operation, seconds, pace: paceOf(kind, load.connected) })
          // The first round includes compilation.
          if (round > 0) figures[kind][operation].push(measured)
        }
      }
    }
  }

  function paceOf(kind: keyof Pick<Figures, 'few' | 'many' | 'paced'>, connected: number): Phase['pace'] {
    // At most half of the devices wait for a response.
    return kind === 'paced' ? { perSecond: plan.perSecond } : { inFlight: Math.min(plan.inFlight, connected / 2) }
  }

  for (const { load } of all) await load.growTo(plan.few)
  await inTurn('few')
  for (let point = 1; point <= MEMORY_POINTS; point++) {
    const count = plan.few + Math.round(((plan.devices - plan.few) * point) / MEMORY_POINTS)
    for (const { load, figures } of rotated(all, point)) {
      print(`${load.server.name}: ${count} devices`)
      figures.connects.push(await load.growTo(count))
      const heap = await load.server.heap?.()
      const resident = await residentBytes(load.server.pid)
      figures.memory.push({ devices: count, resident, ...(heap === undefined ? {} : { heap }) })
    }
  }
  await inTurn('many')
  await inTurn('paced')
  for (let run = 0; run < JOB_RUNS; run++) {
    for (const { load, figures } of all) {
      if (load.server.target.rest === undefined) continue
      print(`${load.server.name}: a job for all`)
      figures.jobs.push(await load.untilAllNotified(() => startJob(load.server.target.rest ?? '', run)))
    }
  }
  return all.map(({ figures }) => figures)
}

/** Runs a job: a single call that changes the twins of all devices. */
async function startJob(rest: string, run: number): Promise<void> {
  const jobId = `all-${run}`
  await restOf(rest)('PUT', `/jobs/v2/${jobId}`, {
    jobId,
    type: 'scheduleUpdateTwin',
    queryCondition: "deviceId != 'device1'",
    updateTwin: { etag: '*', properties: { desired: desiredPatchOf(run) } },
    startTime: new Date().toISOString(),
    maxExecutionTimeInSeconds: 60,
  })
}

function rotated<T>(all: readonly T[], by: number): readonly T[] {
  const at = by % all.length
  return [...all.slice(at), ...all.slice(0, at)]
}
