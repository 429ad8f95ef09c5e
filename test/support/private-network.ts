import { spawn, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { later } from './cleanup.ts'
import { within } from './waits.ts'

/**
 * A network namespace with only a loopback interface, so every port is free. All its processes end
 * with the command.
 */
const ENTER = ['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'] as const
const UP = 'ip link set lo up'

/** The reason why this machine has no private network, or undefined. */
export function privateNetworkObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has private networks'
  const [command, ...rest] = ENTER
  return spawnSync(command, [...rest, 'bash', '-c', UP]).status === 0
    ? undefined
    : 'this machine allows no private network'
}

export interface Ended {
  readonly code: number | null
  readonly output: string
}

/** Runs a bash script in its own network namespace. */
export async function runAlone(
  script: string,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Ended> {
  const [command, ...rest] = ENTER
  const child = spawn(command, [...rest, 'bash', '-c', `${UP}\n${script}`], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  later(() => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const code = await within(
    'the end of the script',
    new Promise<number | null>((resolve) => child.once('close', resolve)),
    60_000,
  )
  return { code, output }
}

/**
 * Links the command into a folder, as npm does when a user installs the package. The compiler alone
 * makes no executable file.
 */
export async function installCommand(folder: string): Promise<void> {
  const cli = fileURLToPath(new URL('../../emulator/dist/cli.js', import.meta.url))
  await writeFile(join(folder, 'hubtwin-emulator'), `#!/bin/sh\nexec node '${cli}' "$@"\n`, { mode: 0o755 })
}
