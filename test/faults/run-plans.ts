import fc from 'fast-check'
import { openHouse } from './house.ts'
import { anyPlan, type Plan } from './plan.ts'
import { runPlan } from './run-plan.ts'

export interface PlanFailure {
  readonly index: number
  readonly plan: Plan
  readonly faults: readonly string[]
}

/**
 * Runs plans side by side, each lane with a hub of its own.
 *
 * @param seed of the plans: the same seed gives the same plans
 * @param from the first plan to run, as a run that failed at a late one need not begin at the first
 */
export async function runPlans(options: {
  readonly seed: number
  readonly count: number
  readonly from?: number
  readonly lanes: number
  readonly shouldStop?: () => boolean
  readonly onPlan?: (failure: PlanFailure | undefined, index: number) => void
}): Promise<readonly PlanFailure[]> {
  const { seed, count, from = 0, lanes, shouldStop = () => false, onPlan } = options
  const plans = fc.sample(anyPlan, { seed, numRuns: from + count })
  const failures: PlanFailure[] = []
  let next = from
  const lane = async (): Promise<void> => {
    const house = await openHouse()
    try {
      while (next < plans.length && !shouldStop()) {
        const index = next++
        const plan = plans[index] as Plan
        const faults = await runPlan(house, plan)
        const failure = faults.length === 0 ? undefined : { index, plan, faults }
        if (failure !== undefined) failures.push(failure)
        onPlan?.(failure, index)
      }
    } finally {
      await house.close()
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return failures
}
