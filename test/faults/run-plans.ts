import fc from 'fast-check'
import { type House, openHouse } from './house.ts'
import { type Plan, plansFor, type Subject } from './plan.ts'
import { type PlanResult, runPlan } from './run-plan.ts'
import { type TransportName, transports } from './transport.ts'

export interface PlanRun extends PlanResult {
  readonly index: number
  readonly plan: Plan
}

export interface RunOptions {
  /** The same seed gives the same plans. */
  readonly seed: number
  readonly subject: Subject
  /** The first plan to run. After a failure late in a run, start there. */
  readonly from?: number
  readonly count: number
  /** The number of simultaneous plans. Each has its own hub. */
  readonly lanes: number
  readonly shouldStop?: () => boolean
}

export async function runPlans(
  options: RunOptions & { readonly transport: TransportName; onPlan?: (run: PlanRun) => void },
): Promise<readonly PlanRun[]> {
  const failed: PlanRun[] = []
  await forEachPlan(options, async (house, plan, index) => {
    const run = { ...(await runPlan(house, plan, transports[options.transport])), index, plan }
    if (run.faults.length > 0) failed.push(run)
    options.onPlan?.(run)
  })
  return failed
}

/** Runs plans in lanes. */
export async function forEachPlan(
  { seed, subject, from = 0, count, lanes, shouldStop = () => false }: RunOptions,
  run: (house: House, plan: Plan, index: number) => Promise<void>,
): Promise<void> {
  const plans = fc.sample(plansFor[subject], { seed, numRuns: from + count })
  let next = from
  const lane = async (): Promise<void> => {
    const house = await openHouse()
    try {
      while (next < plans.length && !shouldStop()) {
        const index = next++
        await run(house, plans[index] as Plan, index)
      }
    } finally {
      await house.close()
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
