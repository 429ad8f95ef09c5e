import { spawn } from 'node:child_process'

export interface RunOptions {
  cwd?: string
  env?: Readonly<Record<string, string>>
  /** After this time, the process and all its children are killed. */
  deadlineInMs: number
  /** Keeps the output instead of printing it. */
  quiet?: boolean
}

export interface RunResult {
  /** The exit code, or `undefined` if the process was killed or did not start. */
  code: number | undefined
  /** The text of stdout and stderr with `quiet`; otherwise empty. */
  output: string
  /** The reason for a missing exit code. */
  reason?: string
}

const running = new Set<number>()

/**
 * Runs a program to its end, without stdin, and at most until its deadline.
 *
 * The program leads its own process group, so that the deadline also ends the workers, browsers,
 * and hubs that it left behind. A program that forks a daemon out of its group escapes; none here
 * does.
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
        // A remaining process of the group would hold pipes and ports that the next step needs.
        killGroup(child.pid)
        running.delete(child.pid)
      }
      const output = Buffer.concat(chunks).toString()
      resolve(why === undefined ? { code: code ?? undefined, output } : { code: undefined, output, reason: why })
    }
    child.once('error', (error) => finish(null, error.message))
    child.once('exit', (code, signal) => {
      if (signal !== null) reason ??= `ended by ${signal}`
      // Lets the pipes drain. Waiting for 'close' would wait for remaining processes that hold
      // them.
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

// The groups are not the terminal's foreground group, so this process forwards an interrupt.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const pid of running) killGroup(pid)
    process.exit(1)
  })
}
