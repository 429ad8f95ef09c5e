import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { bundleOf } from '../../../demo/program.ts'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))
const DEADLINE_IN_MS = 30_000
/** The limits are per address, and here all requests may come from the same address. */
const NO_LIMITS = ['--per-address', '1000000', '--per-subject', '1000000', '--trust-proxy']

/** No request reaches a hub: the key of a policy signs passwords without one. */
export const ENVIRONMENT = {
  IOTHUB_CONNECTION_STRING:
    'HostName=contoso.azure-devices.net;SharedAccessKeyName=device;SharedAccessKey=bWFkZS11cA==',
}

/** A process of the token service. */
export interface Instance {
  readonly port: number
  readonly pid: number
  /** The text on stderr so far. */
  warned(): string
  /** The text on stdout so far: the audit log. */
  printed(): string
  stop(signal: NodeJS.Signals): void
  /** The exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/**
 * Starts the built token service, and resolves when it listens.
 *
 * @param store the address of its store
 */
export async function spawnInstance(
  store: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = ENVIRONMENT,
): Promise<Instance> {
  const child = spawn(
    process.execPath,
    [bundleOf('service/dist/cli.js'), 'serve', '--port', '0', ...NO_LIMITS, ...args],
    {
      cwd: ROOT,
      env: { ...process.env, ...environment, HUBTWIN_STORE: store },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const output = { stdout: '', stderr: '' }
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  await new Promise<void>((resolve, reject) => {
    const fail = (reason: string): void => reject(new Error(`The token service ${reason}: ${output.stderr}`))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail('did not start in time')
    }, DEADLINE_IN_MS)
    void ended.then(() => fail('ended'))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text
      if (!output.stderr.includes('Press Ctrl+C')) return
      clearTimeout(timer)
      resolve()
    })
  })
  return {
    port: Number(/running at http:\/\/localhost:(\d+)/.exec(output.stderr)?.[1]),
    pid: child.pid ?? 0,
    warned: () => output.stderr,
    printed: () => output.stdout,
    stop: (signal) => void child.kill(signal),
    ended,
  }
}
