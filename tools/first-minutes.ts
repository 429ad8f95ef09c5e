import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPages } from './first-minutes/pages.ts'
import { type RunningHub, startInstalledHub } from './first-minutes/installed-hub.ts'
import { run } from './process.ts'
import { ROOT } from './root.ts'

// Walks through the first ten minutes of a new user, in an empty folder, and prints the seconds of
// each step: pack, install, start the hub, connect a twin, open the pages, roll out. It fails with
// the first step that does not work.

const MINUTE_IN_MS = 60_000

const folder = mkdtempSync(join(tmpdir(), 'hubtwin-first-minutes-'))
const toClose: (() => Promise<void>)[] = []
const start = performance.now()
try {
  const tarballs = await step('pack both packages', pack)
  await step('install them in an empty folder', () =>
    command('npm', ['install', '--no-audit', '--no-fund', ...tarballs]),
  )
  const hub = await step('start the local hub', () => startInstalledHub(folder))
  toClose.unshift(hub.close)
  await step("connect a twin with the README's sample", () => runSample(hub))
  const pages = await step('open the four pages, and connect device1 in the simulator', () => openPages(hub.url))
  toClose.unshift(pages.close)
  if (pages.hasBrowser) await step('roll out firmware 1.3.0 to the simulator', () => rollOut(hub))
  console.log(`${secondsSince(start)}  in total`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  for (const close of toClose) await close()
  rmSync(folder, { recursive: true, force: true })
}

async function step<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
  const from = performance.now()
  try {
    const result = await act()
    console.log(`${secondsSince(from)}  ${name}`)
    return result
  } catch (error) {
    throw new Error(`Failed to ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function secondsSince(from: number): string {
  return `${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s`
}

async function pack(): Promise<readonly string[]> {
  const workspaces = ['--workspace', 'core', '--workspace', 'emulator']
  const npm = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder, ...workspaces]
  const packed = JSON.parse(await command('npm', npm, ROOT)) as readonly { readonly filename: string }[]
  return packed.map(({ filename }) => join(folder, filename))
}

/** Runs the first program of README.md, word for word. */
async function runSample(hub: RunningHub): Promise<void> {
  const [, sample = ''] = /^## Use\n\n```ts\n(.*?)^```$/ms.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? []
  const file = join(folder, 'device.mjs')
  writeFileSync(file, sample)
  const env = { IOTHUB_DEVICE_CONNECTION_STRING: hub.deviceConnectionString }
  const output = await command(process.execPath, [file], folder, env)
  if (!output.includes('The hub confirmed reported version')) throw new Error(`the sample printed ${output}`)
}

async function rollOut(hub: RunningHub): Promise<void> {
  const service = join(ROOT, 'service', 'dist', 'cli.js')
  const args = [service, 'rollout', 'firmware', '1.3.0', '--where', "deviceId = 'device1'", '--timeout', '2']
  await command(process.execPath, args, folder, { IOTHUB_CONNECTION_STRING: hub.serviceConnectionString })
}

/** @throws Error with the output of a command that fails */
async function command(
  program: string,
  args: readonly string[],
  cwd = folder,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, output, reason } = await run(program, args, { cwd, env, deadlineInMs: 2 * MINUTE_IN_MS, quiet: true })
  if (code !== 0) throw new Error(`${program}: ${reason ?? `exit code ${code}`}\n${output}`)
  return output
}
