import { spawn } from 'node:child_process'

export interface RunOptions {
  cwd?: string
  env?: Readonly<Record<string, string>>
  /** After this time the process and all that it started are killed. */
  deadlineInMs: number
  /** True: the output is kept instead of shown. */
  quiet?: boolean
}

export interface RunResult {
  /** The exit code; `undefined` where the process was killed or could not be started. */
  code: number | undefined
  /** What was written to stdout and stderr, where `quiet` was asked for; otherwise empty. */
  output: string
  /** Why there is no exit code. */
  reason?: string
}

const running = new Set<number>()

/**
 * Runs a program to its end, without stdin, and never longer than its deadline.
 *
 * The program leads a process group of its own, so that the deadline also ends the workers, browsers and hubs that it
 * left behind. A program that forks a daemon out of its group escapes; none here does.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const show = options.quiet === true ? 'pipe' : 'inherit'
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', show, show],
    detached: true,
  })
  if (child.pid !== undefined) running.add(child.pid)

  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))

  return new Promise((resolve) => {
    let reason: string | undefined
    const deadline = setTimeout(() => {
      reason = `killed after ${Math.round(options.deadlineInMs / 1000)} s`
      if (child.pid !== undefined) killGroup(child.pid)
    }, options.deadlineInMs)

    const finish = (code: number | null, why?: string): void => {
      clearTimeout(deadline)
      if (child.pid !== undefined) {
        // A leftover of the group would hold the pipes and ports of the next step.
        killGroup(child.pid)
        running.delete(child.pid)
      }
      const output = Buffer.concat(chunks).toString()
      resolve(why === undefined ? { code: code ?? undefined, output } : { code: undefined, output, reason: why })
    }
    child.once('error', (error) => finish(null, error.message))
    child.once('exit', (code, signal) => {
      if (signal !== null) reason ??= `ended by ${signal}`
      // Give what is still in the pipes a turn; waiting for 'close' would wait for leftovers that hold them.
      setTimeout(() => finish(code, reason), 20)
    })
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The whole group has ended already.
  }
}

// The groups are not the terminal's foreground group, so an interrupt has to be passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const pid of running) killGroup(pid)
    process.exit(1)
  })
}
