import { execFile } from 'node:child_process'
import { fstatSync, statSync } from 'node:fs'

const INTERVAL_IN_MS = 1000

/**
 * Resolves when the npm process that started this program has ended. npm runs it through `sh -c`.
 * It forwards SIGTERM to that shell only, and no other signal, so the program would outlive npm and
 * hold its ports (npm: @npmcli/run-script, signal-manager).
 *
 * Never resolves for a program that npm has not started, or that a script has put into the
 * background.
 */
export async function npmIsGone(): Promise<void> {
  if (!isStartedByNpm(process.env)) return new Promise(() => {})
  const parent = process.ppid
  const npm = await npmBehindShell(parent)
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === parent && (npm === undefined || isRunning(npm))) return
      clearInterval(timer)
      resolve()
    }, INTERVAL_IN_MS)
    timer.unref()
  })
}

/** A script such as `hubtwin-emulator & npm test` outlives its shell on purpose. */
export function isStartedByNpm({ npm_command: command }: NodeJS.ProcessEnv): boolean {
  return command === 'exec' || (command === 'run-script' && !isInBackground())
}

/** A shell gives a background command `/dev/null` as its input (POSIX.1-2024, XCU §2.9.3.1). */
function isInBackground(): boolean {
  try {
    return fstatSync(0).rdev === statSync('/dev/null').rdev
  } catch {
    return false
  }
}

/**
 * @returns the process of npm, if a shell runs between npm and this program. Some shells replace
 *   themselves with the program.
 */
async function npmBehindShell(parent: number): Promise<number | undefined> {
  const line = await new Promise<string>((resolve) => {
    // There is no `ps` on Windows, where a console ends all of its programs.
    execFile('ps', ['-o', 'ppid=,comm=', '-p', String(parent)], (error, stdout) => resolve(error ? '' : stdout))
  })
  const [, ppid, name = ''] = /^\s*(\d+)\s+(.*?)\s*$/.exec(line) ?? []
  return ppid !== undefined && /(?:^|\/)(?:ba|da|z|k|a)?sh$/.test(name) ? Number(ppid) : undefined
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
