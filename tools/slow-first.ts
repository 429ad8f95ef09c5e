import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that wait longer than others run: a firmware update takes its time, and a program is killed again and again. */
const slow = ['kill.slow.test.ts', 'rollout.test.ts']

/** Begins with the slow files, so that none of them is what all wait for in the end. Vitest goes by size where it has not measured yet. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification): boolean => slow.some((end) => moduleId.endsWith(end))
    const sorted = await super.sort(files)
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}
