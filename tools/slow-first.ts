import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Slow test files: they wait for a firmware update, or kill a program again and again. */
const slow = ['kill.test.ts', 'rollout.test.ts']

/**
 * Starts slow files first, so that none delays the end of the run. Without measurements, vitest
 * sorts by size.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification): boolean => slow.some((end) => moduleId.endsWith(end))
    const sorted = await super.sort(files)
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}
