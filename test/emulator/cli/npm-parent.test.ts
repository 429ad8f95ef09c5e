import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isStartedByNpm } from '../../../emulator/src/cli/npm-parent.ts'
import { runCli, spawnCli } from '../../support/cli-process.ts'
import { later } from '../../support/cleanup.ts'
import { within } from '../../support/waits.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const COMMAND = 'node emulator/dist/cli.js --secure-port 0 --plain-port 0 --mqtt-port 0'

/** Starts the hub as npx does: npm, a shell, and the program. */
async function startByNpm(): Promise<{ npm: ReturnType<typeof spawn>; ready: string; output: Promise<void> }> {
  const npm = spawn('npm', ['exec', '--call', COMMAND], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const group = -(npm.pid ?? 0)
  later(() => {
    try {
      process.kill(group, 'SIGKILL')
    } catch {
      // Nothing is left of the group.
    }
  })
  let text = ''
  // Ends with the last process that holds the pipe.
  const output = new Promise<void>((resolve) => npm.stdout.once('end', () => resolve()))
  const url = new Promise<string>((resolve) =>
    npm.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part
      const [, found] = text.includes('Press Ctrl+C') ? (/Without TLS\s+(\S+)/.exec(text) ?? []) : []
      if (found !== undefined) resolve(`${found}/hub/ready`)
    }),
  )
  return { npm, ready: await within('the introduction', url, 60_000), output }
}

describe('A hub that npm has started', () => {
  it.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('stops when %s ends npm alone', async (signal) => {
    const { npm, ready, output } = await startByNpm()
    expect((await fetch(ready)).status).toBe(200)
    npm.kill(signal)
    await within('the end of the hub', output, 60_000)
    await expect(fetch(ready)).rejects.toThrow('fetch failed')
  })
})

describe('A hub', () => {
  it('ends when it cannot write the file of --env', async () => {
    const ports = ['--secure-port', '0', '--plain-port', '0', '--mqtt-port', '0']
    const { exit, output } = runCli([...ports, '--env', '/nope/.env'])
    expect(await exit).toBe(1)
    expect(output()).toContain('The file of --env, /nope/.env, cannot be written (ENOENT)')
    expect(output()).not.toContain('is running')
  })

  it('stops when its terminal closes', async () => {
    const { process: child, exit } = await spawnCli([])
    child.kill('SIGHUP')
    expect(await exit).toBe(0)
  })

  it.each<[NodeJS.ProcessEnv, boolean]>([
    [{}, false],
    [{ npm_command: 'exec' }, true],
    [{ npm_command: 'test' }, false],
  ])('with %j watches npm: %j', (environment, isWatched) => {
    expect(isStartedByNpm(environment)).toBe(isWatched)
  })
})
