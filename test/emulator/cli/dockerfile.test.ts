import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { installCommand, privateNetworkObstacle, runAlone } from '../../support/private-network.ts'
import { later } from '../../support/cleanup.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const obstacle = privateNetworkObstacle()
const dockerfile = await readFile(join(ROOT, 'emulator/Dockerfile'), 'utf8')

/** Returns the command of an instruction in its exec form (without a shell). */
function commandOf(instruction: 'ENTRYPOINT' | 'HEALTHCHECK'): string {
  const json = new RegExp(`^${instruction}.*?(\\[.*\\])$`, 'm').exec(dockerfile)?.[1] ?? '[]'
  return (JSON.parse(json) as string[]).map((word) => `'${word}'`).join(' ')
}

describe('the Dockerfile', () => {
  test('uses a Node that the package supports, and an unprivileged user', () => {
    const versions = [...dockerfile.matchAll(/^FROM node:(\d+)-slim/gm)].map(([, version]) => Number(version))
    expect(versions.every((version) => version >= 20)).toBe(true)
    expect(versions).toHaveLength(2)
    expect(dockerfile).toMatch(/^USER node$/m)
  })

  test('excludes build output and installed packages from its context', async () => {
    const ignored = await readFile(join(ROOT, 'emulator/Dockerfile.dockerignore'), 'utf8')
    expect(ignored.split('\n')).toEqual(expect.arrayContaining(['.git', '**/node_modules', '**/dist']))
  })
})

describe.skipIf(obstacle !== undefined)(
  `the commands of the Dockerfile${obstacle === undefined ? '' : ` (skipped: ${obstacle})`}`,
  () => {
    test(
      'are healthy while the hub runs and not before, and end it in good order as the first process',
      { timeout: 90_000 },
      async () => {
        const bin = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
        later(() => rm(bin, { recursive: true, force: true }))
        await installCommand(bin)
        // The first process of a namespace has no default signal handlers, as in a container.
        const script = `
        ${commandOf('HEALTHCHECK')} >/dev/null 2>&1; echo "before: $?"
        unshare --pid --fork --mount-proc sh -c "exec ${commandOf('ENTRYPOINT')} --device kiosk-1" > hub.log 2>&1 &
        outer=$!
        hubtwin-emulator wait --timeout 40 >/dev/null
        ${commandOf('HEALTHCHECK')} >/dev/null; echo "while it runs: $?"
        hubtwin-emulator fault kick
        kill -TERM $(cat /proc/$outer/task/$outer/children)
        wait $outer; echo "end: $?"
        grep -c 'DeviceId=kiosk-1' hub.log`
        const { output } = await runAlone(script, { cwd: bin, env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` } })
        expect(output.trim().split('\n').slice(0, 4)).toEqual(['before: 1', 'while it runs: 0', 'kick: 0', 'end: 0'])
      },
    )
  },
)
