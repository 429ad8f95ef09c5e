import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isStartedByNpm } from '../../../emulator/src/cli/npm-parent.ts'
import { runCli, spawnCli } from '../../support/cli-process.ts'
import { later } from '../../support/cleanup.ts'
import { start } from '../../support/hub.ts'
import { within } from '../../support/waits.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const COMMAND = 'node emulator/dist/cli.js --secure-port 0 --plain-port 0 --mqtt-port 0'

/** Starts a program as npx does: npm, a shell, and the program. */
function spawnNpm(
  command: string,
  environment: Record<string, string> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const npm = spawn('npm', ['exec', '--call', command], {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, ...environment },
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
  return npm
}

async function startByNpm(): Promise<{ npm: ReturnType<typeof spawn>; ready: string; output: Promise<void> }> {
  const npm = spawnNpm(COMMAND)
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

describe('A program that an npm script has started', () => {
  it.each<[script: string, from: string, options: string, ready: string]>([
    ['kiosk', ' --static emulator/dist/page/demo', '--port 0 --state FOLDER/state', 'Press Ctrl+C'],
    ['web', '', '--port 0', 'http://localhost:'],
    ['fleet', '', '--devices 1', '1 of 1 synced'],
  ])('%s ends when SIGKILL ends npm alone', async (script, removed, options, ready) => {
    const folder = await mkdtemp(join(tmpdir(), 'hubtwin-'))
    later(() => rm(folder, { recursive: true, force: true }))
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    // Without the build before it.
    const program = scripts[script]?.split(' && ').at(-1)?.replace(removed, '') ?? ''
    const hub = await start({ devices: ['fleet-1'] })
    const npm = spawnNpm(`${program} ${options.replace('FOLDER', folder)}`, {
      IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }),
      NO_COLOR: '1',
    })
    let text = ''
    const isReady = new Promise<void>((resolve) => {
      for (const stream of [npm.stdout, npm.stderr]) {
        stream.setEncoding('utf8').on('data', (part: string) => {
          text += part
          if (text.includes(ready)) resolve()
        })
      }
    })
    const output = new Promise<void>((resolve) => npm.stdout.once('end', () => resolve()))
    await within(`the start of ${script}`, isReady, 60_000)
    npm.kill('SIGKILL')
    await within(`the end of ${script}`, output, 60_000)
  })
})

describe('A hub', () => {
  it('ends when it cannot write the file of --env', async () => {
    const ports = ['--secure-port', '0', '--plain-port', '0', '--mqtt-port', '0']
    const { exit, output } = runCli([...ports, '--env', '/nope/.env'])
    expect(await exit).toBe(1)
    expect(output()).toContain('--env is /nope/.env, but there is no folder /nope')
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
