import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type TestContext } from 'vitest'
import { later } from '../../support/cleanup.ts'
import { within } from '../../support/waits.ts'
import { type Copy, copyExample } from './copy.ts'
import { desire, startExampleHub, untilReported } from './hub.ts'

const SOON = { timeout: 30_000 }

type Command = readonly [program: string, ...args: string[]]

export interface ProgramExample {
  readonly install: Command
  readonly build?: Command
  readonly start: Command
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Installs a program, starts it, and checks that it gets desired properties, reports, and ends at
 * Ctrl+C.
 */
export async function checkProgram(context: TestContext, name: string, example: ProgramExample): Promise<Copy> {
  const { hub, connectionString } = await startExampleHub()
  const copy = copyExample(context, name, hub.plainPort)
  await copy.install(...example.install)
  if (example.build !== undefined) await copy.run(...example.build)
  writeFileSync(join(copy.folder, '.env'), `IOTHUB_DEVICE_CONNECTION_STRING='${connectionString}'\n`)

  await desire(hub, 'Hello')
  const [command, ...args] = example.start
  const env = { ...process.env, ...example.env }
  // Its own process group, as in a terminal: Ctrl+C reaches npm and the program.
  const child = spawn(command, args, { cwd: copy.folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const kill = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, signal)
  }
  later(() => kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  await expect.poll(() => output, SOON).toContain('message: Hello')
  await untilReported(hub, { firmwareVersion: '1.2.1' })
  await expect.poll(() => output, SOON).toContain('The hub confirmed reported version 2')
  await desire(hub, 'Bonjour')
  await expect.poll(() => output, SOON).toContain('message: Bonjour')
  kill('SIGINT')
  await within('the end of the program', ended, 30_000)
  expect(hub.connections()).toEqual([])
  return copy
}
