import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const DEADLINE_IN_MS = 60_000

export interface RunningHub {
  /** Without TLS, without a slash at the end. */
  readonly url: string
  readonly deviceConnectionString: string
  readonly serviceConnectionString: string
  close(): Promise<void>
}

/**
 * Starts the program that a folder has installed, at free ports, and reads what it prints.
 *
 * @param folder with `hubtwin-emulator` in its node_modules
 */
export async function startInstalledHub(folder: string): Promise<RunningHub> {
  const program = join(folder, 'node_modules', '.bin', 'hubtwin-emulator')
  const args = ['--secure-port', '0', '--plain-port', '0', '--mqtt-port', '0', '--shell', 'posix']
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const output = await new Promise<string>((resolve, reject) => {
    let text = ''
    const deadline = setTimeout(() => fail(`did not start within ${DEADLINE_IN_MS / 1000} s`), DEADLINE_IN_MS)
    function fail(reason: string): void {
      clearTimeout(deadline)
      child.kill('SIGKILL')
      reject(new Error(`${reason}: ${text}`))
    }
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code) => fail(`ended with ${code}`))
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part
      if (!text.includes('Press Ctrl+C')) return
      clearTimeout(deadline)
      resolve(text)
    })
  })
  const read = (pattern: RegExp): string => {
    const [, found] = pattern.exec(output) ?? []
    if (found === undefined) throw new Error(`The hub did not print ${String(pattern)}: ${output}`)
    return found
  }
  return {
    url: read(/(http:\/\/localhost:\d+)/),
    deviceConnectionString: read(/export IOTHUB_DEVICE_CONNECTION_STRING='([^']*UseDevelopmentEmulator=true)'/),
    serviceConnectionString: read(/export IOTHUB_CONNECTION_STRING='([^']*UseDevelopmentEmulator=true)'/),
    async close() {
      child.kill('SIGTERM')
      await exit
    },
  }
}
