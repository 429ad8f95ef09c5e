import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { restOf } from '../back-end.ts'
import { deviceKeyOf } from '../dialect.ts'
import { remote } from '../remote.ts'
import { deviceIdOf } from '../target.ts'
import { desired } from '../twin.ts'
import type { Server } from './server.ts'

const CLI = fileURLToPath(new URL('../../../emulator/dist/cli.js', import.meta.url))
const PROBE = new URL('../probe.js', import.meta.url).href
const BULK_LIMIT = 100

/** Starts the installed hub program, with or without a data folder. */
export async function startHubProcess(name: string, options: { durable: boolean; tls: boolean }): Promise<Server> {
  const folder = options.durable ? await mkdtemp(join(tmpdir(), 'hubtwin-load-')) : undefined
  const ports = ['--quiet', '--secure-port', '0', '--plain-port', '0', '--mqtt-port', '0']
  const child = fork(CLI, [...ports, ...(folder === undefined ? [] : ['--data-folder', folder])], {
    execArgv: ['--expose-gc', '--import', PROBE, ...(process.env['HUB_LOAD_NODE_OPTIONS']?.split(' ') ?? [])],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const served = remote<{ heap: () => number }>(child)
  const output = await introductionOf(child.stdout!)
  const endpoint = (scheme: string): string => new RegExp(`${scheme}://\\S+`).exec(output)?.[0] ?? ''
  const rest = restOf(endpoint('http'))
  return {
    name,
    pid: served.pid,
    target: {
      type: 'hub',
      url: options.tls ? endpoint('mqtts') : endpoint('ws'),
      rest: endpoint('http'),
      certificateAuthority: await readFile(/CA\s+(\S+)/.exec(output)?.[1] ?? '', 'utf8'),
    },
    async register(numbers) {
      for (let from = 0; from < numbers.length; from += BULK_LIMIT) {
        await rest('POST', '/devices', numbers.slice(from, from + BULK_LIMIT).map(registrationOf))
      }
    },
    heap: () => served.call('heap', undefined),
    async stop() {
      await served.stop()
      if (folder !== undefined) await rm(folder, { recursive: true })
    },
  }
}

function registrationOf(at: number): unknown {
  const id = deviceIdOf(at)
  const key = deviceKeyOf(id)
  const authentication = { type: 'sas', symmetricKey: { primaryKey: key, secondaryKey: key } }
  return { id, authentication, tags: { floor: at % 10 }, properties: { desired } }
}

async function introductionOf(stdout: NodeJS.ReadableStream): Promise<string> {
  let output = ''
  stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  while (!output.includes('Press Ctrl+C')) await once(stdout, 'data')
  return output
}
