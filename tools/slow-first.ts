import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that wait longest: for kills, for a firmware update, for a full queue, and for the hub's
 * shortest timeouts.
 */
const SLOW_FILES = ['kill.slow.test.ts', 'rollout.test.ts', 'throttle.test.ts', 'methods.test.ts', 'amqp.test.ts']

/**
 * Starts with the slow files, so that no worker waits for them at the end. Vitest sorts unmeasured
 * files by size.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification): boolean => SLOW_FILES.some((end) => moduleId.endsWith(end))
    const sorted = await super.sort(files)
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}
