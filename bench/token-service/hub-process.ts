import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { DEVELOPMENT_OWNER_KEY } from 'hubtwin-emulator'

const CLI = fileURLToPath(new URL('../../emulator/dist/cli.js', import.meta.url))

/** A local hub in its own process. */
export interface HubProcess {
  readonly pid: number
  readonly endpoint: string
  readonly connectionString: string
  stop(): void
}

export async function spawnHub(devices: readonly string[]): Promise<HubProcess> {
  const ports = ['--secure-port', '0', '--plain-port', '0', '--mqtt-port', '0']
  const child = spawn(process.execPath, [CLI, '--quiet', ...ports, '--device', devices.join(',')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<string>((resolve, reject) => {
    let output = ''
    child.once('exit', () => reject(new Error('The hub ended before it listened')))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const found = /http:\/\/localhost:(\d+)/.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return {
    pid: child.pid ?? 0,
    endpoint: `ws://localhost:${port}`,
    connectionString: `HostName=localhost:${port};SharedAccessKeyName=iothubowner;SharedAccessKey=${DEVELOPMENT_OWNER_KEY};UseDevelopmentEmulator=true`,
    stop: () => void child.kill('SIGTERM'),
  }
}
