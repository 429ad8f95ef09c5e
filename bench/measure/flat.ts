import { setTimeout as delay } from 'node:timers/promises'
import { openTwin } from 'hubtwin/light'
import { connectBenchHub } from '../hub/start.ts'
import { liveHeap } from './cost.ts'
import { within } from './within.ts'

// Runs in its own process: `flat.ts <hub's URL> <changes> <reconnects>`. A twin with a listener
// and a report gets the changes in ten parts, with a part of the reconnects after each. It prints
// the live heap after each part as JSON.

const PARTS = 10
/** In a single call to the hub. */
const BATCH = 1000

const [url = '', changes = '0', reconnects = '0'] = process.argv.slice(2)
const hub = connectBenchHub(url)
const [device] = await hub.createDevices({ count: 1 })
if (device === undefined) throw new Error('The hub has created no device')
const { deviceId } = device
const twin = openTwin(device.secure, { retryDelayInMs: 0, minUptimeInMs: 0 })
await within(twin.ready(), 'The twin is ready')
let calls = 0
twin.onDesired('step', () => calls++)

/** The first part compiles the code and fills caches, and is not counted. */
const heaps: number[] = []
let step = 0
for (let part = 0; part <= PARTS; part++) {
  for (let done = 0; done < Number(changes) / PARTS; done += BATCH) {
    const patches = Array.from({ length: BATCH }, () => ({ step: ++step }))
    const version = await hub.patchDesired({ deviceId, patches })
    await within(versionArrives(version), `Version ${version} arrives`)
    await twin.report({ step })
  }
  for (let done = 0; done < Number(reconnects) / PARTS; done++) {
    const again = nextReady()
    await hub.kick({ deviceId })
    await within(again, 'The twin is ready again')
    // Connections that end at once look like another client with this identity, so hubtwin waits.
    await delay(5)
  }
  if (part > 0) heaps.push(await liveHeap())
}
const { desired, versions } = await hub.twin({ deviceId })
if (desired['step'] !== twin.desired['step'] || versions.desired !== twin.versions.desired) {
  throw new Error(`The twin has version ${twin.versions.desired}, and the hub ${versions.desired}`)
}
console.log(JSON.stringify({ heaps, calls }))
process.exit(0)

async function versionArrives(version: number): Promise<void> {
  for await (const change of twin.changes()) if (change.version >= version) return
}

async function nextReady(): Promise<void> {
  let isLost = false
  for await (const { type } of twin.statuses()) {
    if (type !== 'ready') isLost = true
    else if (isLost) return
  }
}
