import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The variable of the environment that names the bundle of each program, as JSON. */
export const BUNDLED_PROGRAMS = 'HUBTWIN_BUNDLED_PROGRAMS'

/** No program here takes seconds, except on a busy machine. */
const PATIENCE_IN_MS = 50_000

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Program {
  /** Resolves when stdout holds the text, including text from before the call. */
  prints(text: string): Promise<void>
  /** Resolves when stderr holds the text. */
  warns(text: string): Promise<void>
  /** The text on stdout so far. */
  printed(): string
  /** The text on stderr so far. */
  warned(): string
  stop(signal: NodeJS.Signals): void
  readonly pid: number
  readonly ended: Promise<Ended>
}

/** A runtime and its arguments before the name of a file. */
export type Runtime = readonly [command: string, ...args: string[]]

/**
 * Runs a file unchanged in a single process. The command `tsx` would start a second, which signals
 * would not reach.
 */
export function nodeFor(file: string): Runtime {
  return file.endsWith('.ts') ? [process.execPath, '--import', 'tsx'] : [process.execPath]
}

/** The bundle of a program, which starts faster, or the program itself. */
export function bundleOf(file: string): string {
  const bundles = JSON.parse(process.env[BUNDLED_PROGRAMS] ?? '{}') as Readonly<Record<string, string>>
  return bundles[file] ?? file
}

/**
 * Runs a program of this repository as a process, as a user would.
 *
 * @param file relative to the root: a source such as `node-demo/get-twin.ts`, or a built file
 * @param environment variables in addition to an environment without a connection string
 * @param runtime runs the file unchanged. @default Node, which runs the bundle of the file
 */
export function startProgram(
  file: string,
  args: readonly string[],
  environment: Record<string, string>,
  runtime?: Runtime,
): Program {
  const program = runtime === undefined ? bundleOf(file) : file
  const [command, ...before] = runtime ?? nodeFor(program)
  const { IOTHUB_CONNECTION_STRING, IOTHUB_DEVICE_CONNECTION_STRING, ...inherited } = process.env
  const child = spawn(command, [...before, program, ...args], {
    cwd: ROOT,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  const onOutput = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
      for (const check of onOutput) check()
    })
  }

  const ended = new Promise<Ended>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${file} did not end in time; it printed ${output.stdout}${output.stderr}`))
    }, PATIENCE_IN_MS)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code: code ?? signal, ...output })
    })
  })
  // A caller that awaits the promise gets the reason. A test that failed earlier must not fail a
  // second time.
  ended.catch(() => {})

  function holds(name: 'stdout' | 'stderr', text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!output[name].includes(text)) return
        onOutput.delete(check)
        resolve()
      }
      onOutput.add(check)
      check()
      const gone = () => reject(new Error(`${file} ended without ${text}; it printed ${output.stdout}${output.stderr}`))
      ended.then(gone, gone)
    })
  }

  return {
    prints: (text) => holds('stdout', text),
    warns: (text) => holds('stderr', text),
    printed: () => output.stdout,
    warned: () => output.stderr,
    stop: (signal) => child.kill(signal),
    pid: child.pid ?? 0,
    ended,
  }
}

/** Runs a program to its end. */
export function runProgram(
  file: string,
  args: readonly string[] = [],
  environment: Record<string, string> = {},
  runtime?: Runtime,
): Promise<Ended> {
  return startProgram(file, args, environment, runtime).ended
}
