import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openTwin } from 'hubtwin'
import { startHub } from 'hubtwin-emulator'

// Measures how a thousand devices of a process reconnect after their hub, another process, was
// killed: CONNECTs per second, with the default options. Run it with `npx tsx bench/herd.ts
// [devices] [seconds away]` after a build.

const [count = 1000, secondsAway = 10] = process.argv.slice(2).map(Number)
const dataFolder = await mkdtemp(join(tmpdir(), 'hubtwin-herd-'))
const devices = Array.from({ length: count }, (_, index) => `herd-${index}`)
// Creates the devices here; then the hub's own process gets the data folder.
const maker = await startHub({ dataFolder, devices })
const { plainPort, securePort } = maker
const connectionStrings = devices.map((deviceId) => maker.connectionStrings.device(deviceId, { plain: true }))
await maker.close()
const hub = await spawnHub()

/** The time of each CONNECT, in milliseconds since 1970. */
const connects: number[] = []
const twins = connectionStrings.map((connectionString) =>
  openTwin(connectionString, {
    observer: (seen) => {
      if (seen.type === 'sent' && seen.packet === 'CONNECT') connects.push(seen.at)
    },
  }),
)
await Promise.all(twins.map((twin) => twin.ready()))
console.log(`${count} devices are ready; the hub goes away for ${secondsAway} s`)

connects.length = 0
await kill(hub)
await delay(secondsAway * 1000)
const hubAgain = await spawnHub()
const backAt = Date.now()
const allReady = Promise.all(twins.map((twin) => untilReady(twin)))
await Promise.race([allReady, delay(180_000)])
const readyAfter = Date.now() - backAt

const perSecond = new Map<number, number>()
for (const at of connects) {
  const second = Math.floor((at - backAt) / 1000)
  perSecond.set(second, (perSecond.get(second) ?? 0) + 1)
}
for (const [second, connectCount] of [...perSecond].sort(([a], [b]) => a - b))
  console.log(`${second} s: ${connectCount}`)
const after = [...perSecond].filter(([second]) => second >= 0).map(([, connectCount]) => connectCount)
console.log(
  `peak after the hub was back: ${Math.max(...after)} CONNECTs per second (a hub of tier S1 accepts 100); ` +
    `all ready after ${(readyAfter / 1000).toFixed(1)} s`,
)
await Promise.all(twins.map((twin) => twin.close()))
await kill(hubAgain)
await rm(dataFolder, { recursive: true })

async function untilReady(twin: (typeof twins)[number]): Promise<void> {
  for await (const status of twin.statuses()) if (status.type === 'ready') return
}

/** @returns once it listens */
async function spawnHub(): Promise<ChildProcess> {
  const ports = ['--plain-port', String(plainPort), '--secure-port', String(securePort)]
  const args = ['emulator/dist/cli.js', '--quiet', '--data-folder', dataFolder, ...ports]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  // Ends the hub even if the bench fails.
  process.once('exit', () => child.kill('SIGKILL'))
  while (!(await isListening())) await delay(20)
  return child
}

function isListening(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(plainPort, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}
