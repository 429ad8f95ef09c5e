import { describe, expect, test } from 'vitest'
import { ROOT } from '../../tools/root.ts'
import { run } from '../../tools/process.ts'

const DEADLINE_IN_MS = 90_000
const bench = (...args: string[]): ReturnType<typeof run> =>
  run(process.execPath, ['--import', 'tsx', 'bench/hub-load.ts', ...args], {
    cwd: ROOT,
    deadlineInMs: DEADLINE_IN_MS,
    quiet: true,
  })

// The load is too small to measure anything. The tests only need a complete run.
const TINY = ['--devices', '20', '--few', '4', '--rounds', '1', '--seconds', '0.05', '--processes', '1']

describe('bench/hub-load.ts', () => {
  test.each([
    ['over WebSocket', ['--servers', 'durable,aedes']],
    ['over TLS', ['--servers', 'hub', '--tls']],
  ])(
    'measures what a hub carries %s, and ends by itself',
    async (_how, args) => {
      const { code, output } = await bench(...TINY, ...args)
      expect(output).toMatch(/\| reported update +\|.*\|/)
      expect(output).toMatch(/\| memory, kB a device +\|.*\|/)
      expect(output).not.toContain('NaN')
      expect(code).toBe(0)
    },
    DEADLINE_IN_MS,
  )

  test('reports an invalid option in one line', async () => {
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
})
