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
})
