import { spawn } from 'node:child_process'

export interface RunOptions {
  cwd?: string
  env?: Readonly<Record<string, string>>
  /** After this time `run` kills the process and its descendants. */
  deadlineInMs: number
  /** Whether to return the output instead of showing it. @default false */
  quiet?: boolean
  /** Gets stdout and stderr as they arrive, in place of the terminal. */
  print?: (text: string) => void
}

export interface RunResult {
  /** The exit code; `undefined` if a signal ended the process, or if it did not start. */
  code: number | undefined
  /** The text on stdout and stderr if `quiet` is true; otherwise empty. */
  output: string
  /** The reason for a missing exit code. */
  reason?: string
}

const running = new Set<number>()

/**
 * Runs a program without stdin until it ends, and never longer than its deadline.
 *
 * The program leads its own process group. So the deadline also ends the workers, browsers, and
 * hubs that the program started. A daemon that leaves the group escapes; none here does.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { quiet = false, print } = options
  const show = quiet || print !== undefined ? 'pipe' : 'inherit'
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', show, show],
    detached: true,
  })
  if (child.pid !== undefined) running.add(child.pid)

  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (quiet) output += text
      print?.(text)
    })
  }

  return new Promise((resolve) => {
    let reason: string | undefined
    const deadline = setTimeout(() => {
      reason = `killed after ${Math.round(options.deadlineInMs / 1000)} s`
      if (child.pid !== undefined) killGroup(child.pid)
    }, options.deadlineInMs)

    const finish = (code: number | null, why?: string): void => {
      clearTimeout(deadline)
      if (child.pid !== undefined) {
        // Leftover processes would hold the pipes and ports of the next step.
        killGroup(child.pid)
        running.delete(child.pid)
      }
      resolve(why === undefined ? { code: code ?? undefined, output } : { code: undefined, output, reason: why })
    }
    child.once('error', (error) => finish(null, error.message))
    child.once('exit', (code, signal) => {
      if (signal !== null) reason ??= `ended by ${signal}`
      // Read the rest of the pipes. The event 'close' would wait for leftover processes that hold
      // them.
      setTimeout(() => finish(code, reason), 20)
    })
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has already ended.
  }
}

// The groups are not the terminal's foreground group, so pass interrupts on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const pid of running) killGroup(pid)
    process.exit(1)
  })
}
