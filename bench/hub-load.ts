import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Load, createLoad } from './hub-load/load.ts'
import { measure, type Plan } from './hub-load/measure.ts'
import { tables } from './hub-load/report.ts'
import { startAedes } from './hub-load/servers/aedes.ts'
import { brokerCertificate } from './hub-load/servers/certificate.ts'
import { startHubProcess } from './hub-load/servers/hub.ts'
import { mosquittoIsMissing, startMosquitto } from './hub-load/servers/mosquitto.ts'
import type { Server } from './hub-load/servers/server.ts'
import { facts } from './report/facts.ts'

// Measures the load that the hub carries, next to bare aedes and mosquitto with the same bytes:
// `npm run bench:hub`, or after a build `npx tsx bench/hub-load.ts [--devices 10000] [--rounds 5]
// …`. Prints progress to stderr and tables to stdout. See hub.md.

const { values } = parseArgs({
  options: {
    servers: { type: 'string', default: 'hub,durable,aedes,mosquitto' },
    devices: { type: 'string', default: '10000' },
    few: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    'in-flight': { type: 'string', default: '64' },
    'per-second': { type: 'string', default: '500' },
    processes: { type: 'string', default: '2' },
    minutes: { type: 'string', default: '10' },
    tls: { type: 'boolean', default: false },
  },
})
const plan: Plan = {
  devices: numberOf('devices'),
  few: numberOf('few'),
  rounds: numberOf('rounds'),
  seconds: numberOf('seconds'),
  inFlight: numberOf('in-flight'),
  perSecond: numberOf('per-second'),
}
const processes = numberOf('processes')

process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))
const minutesAtMost = numberOf('minutes')
setTimeout(
  () => giveUp(`Not finished in ${minutesAtMost} minutes: reduce the load, or raise --minutes.`),
  minutesAtMost * 60_000,
).unref()
// Each started process has a listener that ends it.
process.setMaxListeners(50)

checkLimits()
const tls = values.tls ? await brokerCertificate() : undefined
const makers: Readonly<Record<string, () => Promise<Server>>> = {
  hub: () => startHubProcess('hub', { durable: false, tls: values.tls }),
  durable: () => startHubProcess('hub, durable', { durable: true, tls: values.tls }),
  aedes: () => startAedes('bare aedes', tls),
  mosquitto: () => startMosquitto('mosquitto', tls),
}
const lines = facts([
  ['hubtwin-emulator', 'emulator'],
  ['aedes', 'node_modules/aedes'],
  ['ws', 'node_modules/ws'],
])
const loads: Load[] = []
for (const name of values.servers.split(',')) {
  const make = makers[name] ?? giveUp(`There is no server "${name}"; there are ${Object.keys(makers).join(', ')}.`)
  const missing = name === 'mosquitto' ? mosquittoIsMissing() : undefined
  if (missing === undefined) loads.push(createLoad(await make(), processes))
  else printProgress(`Without mosquitto: ${missing}`)
}
const begun = performance.now()
const figures = await measure(loads, plan, printProgress).catch((error: Error) => giveUp(error.message))
const minutes = (performance.now() - begun) / 60_000
for (const fact of lines) console.log(`- ${fact}`)
console.log(
  `- MQTT over ${values.tls ? 'TLS' : 'WebSocket'} from ${processes} load processes a server; ${plan.rounds} rounds of ${plan.seconds} s, in turn; ` +
    `${plan.inFlight} requests in flight; median (quartiles); ${minutes.toFixed(1)} minutes\n`,
)
console.log(tables(figures, plan, 'bare aedes'))
await Promise.all(loads.map((load) => load.stop()))
// The back ends keep their connections open as long as possible.
process.exit()

function numberOf(name: keyof typeof values): number {
  const number = Number(values[name])
  return number > 0 ? number : giveUp(`--${name} must be a number above 0; it was "${String(values[name])}".`)
}

function printProgress(text: string): void {
  console.error(text)
}

function giveUp(reason: string): never {
  console.error(reason)
  process.exit(1)
}

/**
 * Checks the limits: a socket needs an open file and a port. Each local address has a limited range
 * of ports per listener.
 */
function checkLimits(): void {
  if (process.platform !== 'linux') giveUp('This bench reads /proc, so it needs Linux.')
  const files = Number(spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout)
  const wanted = plan.devices + 500
  if (files < wanted) giveUp(`A server needs ${wanted} open files, but the limit is ${files} (ulimit -Hn).`)
  const [first = 0, last = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number)
  if (plan.devices / processes > last - first) {
    giveUp(`A load process has ${last - first} ports; ${plan.devices} devices need more processes (--processes).`)
  }
}
