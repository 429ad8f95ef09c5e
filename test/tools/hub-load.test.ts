import { expect, test } from 'vitest'
import { ROOT } from '../../tools/root.ts'
import { run } from '../../tools/process.ts'

const bench = (...args: string[]): ReturnType<typeof run> =>
  run(process.execPath, ['--import', 'tsx', 'bench/hub-load.ts', ...args], {
    cwd: ROOT,
    deadlineInMs: 25_000,
    quiet: true,
  })

test('bench/hub-load.ts reports an invalid option in one line', async () => {
  const outcomes = await Promise.all([
    bench('--devices', 'many'),
    bench('--devices', '10000000'),
    bench('--servers', 'apache'),
  ])
  expect(outcomes.map(({ code, output }) => [code, output.trim()])).toEqual([
    [1, '--devices must be a number above 0; it was "many".'],
    [1, expect.stringMatching(/^A server needs 10000500 open files, but the limit is \d+ \(ulimit -Hn\)\.$/)],
    [1, 'There is no server "apache"; there are hub, durable, aedes, mosquitto.'],
  ])
})
