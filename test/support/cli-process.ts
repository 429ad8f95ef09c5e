import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { RemoteHub } from './hub.ts'
import { later } from './cleanup.ts'
import { rest } from './rest.ts'
import { keyOf } from './sas-token.ts'
import { within } from './waits.ts'

const CLI = fileURLToPath(new URL('../../emulator/dist/cli.js', import.meta.url))

export interface Run {
  readonly process: ChildProcess
  readonly output: () => string
  readonly exit: Promise<number | null>
}

/** The place where a command runs: with its own file systems, or as usual. */
export interface Place {
  /** A command that runs another command there. */
  readonly enter: readonly string[]
  /** The prefix of a file's path there. */
  readonly root: string
}

/** A command can take long on a busy machine. */
const WHOLE_RUN_IN_MS = 60_000

const HERE: Place = { enter: [], root: '' }

/** Runs the built command line. It ends with the test at the latest. */
export function runCli(args: readonly string[], { enter } = HERE): Run {
  const [command = '', ...parameters] = [...enter, process.execPath, CLI, ...args]
  const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  later(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exit
  })
  return { process: child, output: () => output, exit: within('the end of the command', exit, WHOLE_RUN_IN_MS) }
}

export interface CliHub extends Run {
  readonly hub: RemoteHub & { updateTwin(deviceId: string, patch: unknown): Promise<boolean> }
}

/** Runs the command line on free ports, and resolves when the hub is ready. */
export async function spawnCli(args: readonly string[], place = HERE): Promise<CliHub> {
  const run = runCli(['--secure-port', '0', '--plain-port', '0', '--mqtt-port', '0', ...args], place)
  // The process can outlive this wait. The code that ends the process waits from then on.
  run.exit.catch(() => undefined)
  const exit = new Promise<number | null>((resolve) => run.process.once('close', resolve))
  await within(
    'the introduction',
    new Promise<void>((resolve, reject) => {
      run.process.stdout?.on('data', () => {
        if (run.output().includes('Press Ctrl+C')) resolve()
      })
      run.process.once('exit', () => reject(new Error(run.output())))
    }),
    WHOLE_RUN_IN_MS,
  )
  const found = (pattern: RegExp): string => pattern.exec(run.output())?.[1] ?? ''
  const strings = [...run.output().matchAll(/HostName=[^'\n]+/g)].map(([text]) => text)
  const service = strings.find((text) => text.includes('SharedAccessKeyName')) ?? ''
  const endpoints = {
    https: found(/(https:\S+)/),
    http: found(/(http:\S+)/),
    wss: found(/(wss:\S+)/),
    ws: found(/(ws:\S+)/),
    mqtts: found(/(mqtts:\S+)/),
  }
  const hub: RemoteHub = {
    endpoints,
    certificateAuthority: await readFile(place.root + found(/CA +(\S+)/), 'utf8'),
    connectionStrings: {
      service: () => service,
      device: (deviceId) => strings.find((text) => text.includes(`DeviceId=${deviceId};`)) ?? '',
    },
  }
  keyOf(service)
  return {
    ...run,
    exit,
    hub: {
      ...hub,
      updateTwin: async (deviceId, body) => (await rest(hub, 'PATCH', `/twins/${deviceId}`, { body })).status === 200,
    },
  }
}
