import { failed, type Tally } from './tally.ts'

export interface StepRun {
  readonly deadlineInMs: number
  /** Shows text on behalf of the step. */
  readonly print: (text: string) => void
}

/**
 * A slow step waits by its nature: for a hidden tab, for a simulated day, for a kill and a restart.
 */
export type Group = 'fast' | 'slow'

export interface Step {
  readonly name: string
  readonly title: string
  /** Steps that end before this step starts. They also run if the user asks for this step only. */
  readonly needs: readonly string[]
  /** `npm test` runs the fast steps, `npm run test:all` the slow ones. @default 'fast' */
  readonly group?: Group
  readonly deadlineInMs: number
  readonly run: (run: StepRun) => Promise<Tally>
}

export interface Lanes {
  /** How many steps run at the same time. With a single lane, output appears as it arrives. */
  readonly lanes: number
  readonly budgetInMs: number
  readonly print: (text: string) => void
}

/**
 * Runs the steps in order, as many at a time as there are lanes, each after the steps that it
 * needs.
 */
export async function runSteps(steps: readonly Step[], { lanes, budgetInMs, print }: Lanes): Promise<Tally[]> {
  const end = Date.now() + budgetInMs
  const waiting = new Set(steps)
  const unfinished = new Set(steps.map(({ name }) => name))
  const running = new Set<Promise<void>>()
  const tallies: Tally[] = []

  async function runStep(step: Step): Promise<void> {
    const start = Date.now()
    const header = `\n== ${step.name}: ${step.title}\n`
    let shown = header
    const isLive = lanes === 1
    if (isLive) print(header)
    const tally = await tallyOf(step, end - start, isLive ? print : (text) => (shown += text))
    const counts = `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`
    const footer = `-- ${step.name}: ${counts}, ${((Date.now() - start) / 1000).toFixed(1)} s\n`
    print(isLive ? footer : shown + footer)
    tallies.push(tally)
    unfinished.delete(step.name)
  }

  while (waiting.size > 0 || running.size > 0) {
    for (const step of waiting) {
      if (running.size >= lanes) break
      if (step.needs.some((name) => unfinished.has(name))) continue
      waiting.delete(step)
      const run: Promise<void> = runStep(step).finally(() => running.delete(run))
      running.add(run)
    }
    if (running.size === 0) throw new Error(`Steps need each other: ${[...unfinished].join(', ')}`)
    await Promise.race(running)
  }
  return tallies
}

async function tallyOf(step: Step, leftInMs: number, print: (text: string) => void): Promise<Tally> {
  if (leftInMs <= 0) return failed(`${step.name}: the time for the whole run was over`)
  try {
    return await step.run({ deadlineInMs: Math.min(step.deadlineInMs, leftInMs), print })
  } catch (error) {
    return failed(`${step.name}: ${String(error)}`)
  }
}
