import { expect, test } from 'vitest'
import { runSteps, type Step } from '../../tools/test/run-steps.ts'
import { failed, passed } from '../../tools/test/tally.ts'

function createStep(name: string, needs: readonly string[], run: Step['run'] = async () => passed()): Step {
  return { name, title: `title of ${name}`, needs, deadlineInMs: 1000, run }
}

test('runSteps() runs two steps at a time, each after the steps that it needs', async () => {
  const log: string[] = []
  const releases = new Map<string, () => void>()
  const step = (name: string, needs: readonly string[] = []): Step =>
    createStep(name, needs, async () => {
      log.push(`${name} starts`)
      await new Promise<void>((resolve) => releases.set(name, resolve))
      log.push(`${name} ends`)
      return passed()
    })
  const steps = [step('build'), step('tests', ['build']), step('lint'), step('types')]
  const tallies = runSteps(steps, { lanes: 2, budgetInMs: 60_000, print: () => undefined })
  expect(log).toEqual(['build starts', 'lint starts'])
  for (const name of ['lint', 'build', 'types', 'tests']) {
    await expect.poll(() => releases.has(name)).toBe(true)
    releases.get(name)?.()
    await expect.poll(() => log).toContain(`${name} ends`)
  }
  expect(await tallies).toHaveLength(4)
  expect(log).toEqual([
    ...['build starts', 'lint starts', 'lint ends', 'types starts', 'build ends', 'tests starts'],
    ...['types ends', 'tests ends'],
  ])
})

test('runSteps() prints each step as a block, whatever order the steps print in', async () => {
  let releaseFirst = (): void => undefined
  const first = createStep('first', [], async ({ print }) => {
    print('from first\n')
    await new Promise<void>((resolve) => (releaseFirst = resolve))
    return passed()
  })
  const second = createStep('second', [], async ({ print }) => {
    print('from second\n')
    releaseFirst()
    return passed()
  })
  let text = ''
  await runSteps([first, second], { lanes: 2, budgetInMs: 60_000, print: (more) => (text += more) })
  expect(text.replaceAll(/\d+\.\d s/g, '0 s').split('\n')).toEqual([
    ...['', '== second: title of second', 'from second', '-- second: 1 passed, 0 failed, 0 skipped, 0 s'],
    ...['', '== first: title of first', 'from first', '-- first: 1 passed, 0 failed, 0 skipped, 0 s', ''],
  ])
})

test('runSteps() counts a step that throws, and a step that the budget leaves no time for, as failed', async () => {
  const broken = createStep('broken', [], async () => {
    throw new Error('it broke')
  })
  const options = { lanes: 1, print: () => undefined }
  expect(await runSteps([broken], { ...options, budgetInMs: 1000 })).toEqual([failed('broken: Error: it broke')])
  expect(await runSteps([broken], { ...options, budgetInMs: 0 })).toEqual([
    failed('broken: the time for the whole run was over'),
  ])
})

test('runSteps() rejects steps that need each other', async () => {
  const steps = [createStep('a', ['b']), createStep('b', ['a'])]
  await expect(runSteps(steps, { lanes: 2, budgetInMs: 1000, print: () => undefined })).rejects.toThrow('a, b')
})
