/** The steps that close a hub. */
export interface Shutdown {
  /** Adds a step. The steps run in reverse order, so that a part closes before its dependencies. */
  add(step: () => void | Promise<void>): void
  /** Whether `run` has been called. */
  readonly hasBegun: boolean
  /** Runs the steps once. Later calls return the same promise. */
  run(): Promise<void>
}

export function createShutdown(): Shutdown {
  /** The step that was added last is the first. */
  const steps: (() => void | Promise<void>)[] = []
  let running: Promise<void> | undefined

  async function runSteps(): Promise<void> {
    for (const step of steps) await step()
  }

  return {
    add: (step) => void steps.unshift(step),
    get hasBegun() {
      return running !== undefined
    },
    run: () => (running ??= runSteps()),
  }
}
