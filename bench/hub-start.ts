import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import iothub from 'azure-iothub'
import { DEVELOPMENT_OWNER_KEY, startHub } from 'hubtwin-emulator'
import { processorTime } from './hub-load/servers/server.ts'
import { facts } from './report/facts.ts'
import { quartiles } from './report/quartiles.ts'

// Measures how soon a killed hub has all its devices again, and the cost of a request with few and
// many devices. Run it with `npx tsx bench/hub-start.ts [--devices 10000] [--starts 7]` after a
// build.

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '10000' },
    starts: { type: 'string', default: '7' },
    requests: { type: 'string', default: '1000' },
  },
})
const CLI = fileURLToPath(new URL('../emulator/dist/cli.js', import.meta.url))
/** A twin of about a kilobyte. */
const twin = { tags: { floor: 3 }, properties: { desired: { text: 'x'.repeat(800), rate: 5, on: true } } }

type Ask = (method: string, path: string, body?: unknown) => Promise<void>

interface Started {
  readonly process: ChildProcess
  readonly ask: Ask
  /** Time from the start of the process to the last device's twin. */
  readonly readyInMs: number
  /** CPU time until then, on Linux. */
  readonly cpuInMs: number | undefined
}

for (const fact of facts()) console.log(`- ${fact}`)
const FEW = 100
const folders = new Map<number, string>()
for (const count of [FEW, Number(values.devices)]) folders.set(count, await fill(count))

const rows: string[][] = []
const starts = new Map<number, number[]>()
const startCpu = new Map<number, number[]>()
for (let round = 0; round < Number(values.starts); round++) {
  for (const [count, folder] of folders) {
    const started = await start(count, folder)
    starts.set(count, [...(starts.get(count) ?? []), started.readyInMs])
    if (started.cpuInMs !== undefined) startCpu.set(count, [...(startCpu.get(count) ?? []), started.cpuInMs])
    await kill(started)
  }
}
for (const [count, times] of starts)
  rows.push([`start to twin, ${count} devices, s`, shown(times.map((ms) => ms / 1000))])
for (const [count, times] of startCpu) rows.push([`its CPU, ${count} devices, ms`, shown(times)])
const costs = new Map<string, Map<number, number[]>>()
for (let round = 0; round < 3; round++) {
  for (const [count, folder] of folders) {
    const started = await start(count, folder)
    for (const [name, times] of await requestCosts(started.ask, count)) {
      const byCount = costs.get(name) ?? new Map<number, number[]>()
      byCount.set(count, [...(byCount.get(count) ?? []), ...times])
      costs.set(name, byCount)
    }
    await kill(started)
  }
}
for (const [name, byCount] of costs) {
  for (const [count, times] of byCount) rows.push([`${name}, ${count} devices, ms`, shown(times)])
}
for (const [what = '', figure = ''] of rows) console.log(`| ${what} | ${figure} |`)
await Promise.all([...folders.values()].map((folder) => rm(folder, { recursive: true })))

/** Creates a data folder with devices, each with a twin. */
async function fill(count: number): Promise<string> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'hubtwin-start-'))
  const hub = await startHub({ dataFolder, devices: Array.from({ length: count }, (_, at) => idOf(at)) })
  await Promise.all(Array.from({ length: count }, (_, at) => hub.updateTwin(idOf(at), twin)))
  await hub.close()
  return dataFolder
}

function idOf(at: number): string {
  return `device-${String(at).padStart(6, '0')}`
}

async function start(count: number, folder: string): Promise<Started> {
  const begun = performance.now()
  const args = [CLI, '--secure-port', '0', '--plain-port', '0', '--mqtt-port', '0', '--data-folder', folder]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  while (!output.includes('Press Ctrl+C')) await once(child.stdout, 'data')
  const endpoint = /(http:\S+)/.exec(output)?.[1] ?? ''
  const authorization = tokenOfOwner()
  const ask: Ask = async (method, path, body) => {
    const answer = await fetch(`${endpoint}${path}${path.includes('?') ? '&' : '?'}api-version=2021-04-12`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    if (!answer.ok) throw new Error(`${method} ${path} returned ${answer.status}`)
    await answer.arrayBuffer()
  }
  await ask('GET', `/twins/${idOf(count - 1)}`)
  const readyInMs = performance.now() - begun
  const isLinux = process.platform === 'linux'
  const cpuInMs = isLinux ? (await processorTime(child.pid ?? 0)) / 1000 : undefined
  return { process: child, ask, readyInMs, cpuInMs }
}

function tokenOfOwner(): string {
  const expiry = Math.ceil(Date.now() / 1000) + 3600
  return iothub.SharedAccessSignature.create('localhost', 'iothubowner', DEVELOPMENT_OWNER_KEY, expiry).toString()
}

async function kill({ process: child }: Started): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Measures sequential requests. The first half only warms up the code. */
async function requestCosts(ask: Ask, count: number): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>()
  const requests: [string, (at: number) => Promise<unknown>][] = [
    ['GET twin', (at) => ask('GET', `/twins/${idOf(at % count)}`)],
    ['GET /statistics/devices', () => ask('GET', '/statistics/devices')],
    ['GET /devices?top=100', () => ask('GET', '/devices?top=100')],
    ['query of a device', (at) => ask('POST', '/devices/query', { query: namingQuery(idOf(at % count)) })],
    ['query of all', () => ask('POST', '/devices/query', { query: 'SELECT * FROM devices WHERE tags.floor < 0' })],
    ['PATCH twin', (at) => ask('PATCH', `/twins/${idOf(at % count)}`, { tags: { floor: at } })],
  ]
  for (const [name, request] of requests) {
    const taken: number[] = []
    const requestCount = Number(values.requests) / (name === 'query of all' ? 10 : 1)
    for (let at = 0; at < requestCount; at++) {
      const begun = performance.now()
      await request(at * 7919)
      taken.push(performance.now() - begun)
    }
    times.set(name, taken.slice(taken.length / 2))
  }
  return times
}

function shown(samples: readonly number[]): string {
  const { lower, median, upper } = quartiles(samples)
  return `${median.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`
}

function namingQuery(deviceId: string): string {
  return `SELECT * FROM devices WHERE deviceId = '${deviceId}' AND tags.floor >= 0`
}
