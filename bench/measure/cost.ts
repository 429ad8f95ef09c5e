/** The time and the CPU time of a piece of work. */
export interface Cost {
  readonly milliseconds: number
  /** Microseconds of user and system time of this process. */
  readonly cpu: number
}

export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const cpuAt = process.cpuUsage()
  const start = performance.now()
  await work()
  const milliseconds = performance.now() - start
  const { user, system } = process.cpuUsage(cpuAt)
  return { milliseconds, cpu: user + system }
}

/** Heap and external memory after a collection of garbage, in bytes. */
export async function liveHeap(): Promise<number> {
  for (let time = 0; time < 4; time++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
