import { simulatorPage } from '../support/simulator-page.ts'
import { expect, test } from '../support/world.ts'

const DAY_IN_MINUTES = 24 * 60
const STEP_IN_MINUTES = 30
/** More than the time-line keeps: before it is full, a page has to grow. */
const ENOUGH_TO_FILL = 600
const PAYLOAD_IN_BYTES = 2000
/** A sixth of what the payloads of a day come to, with one a minute: 480 kB. */
const MAX_GROWTH_IN_BYTES = (DAY_IN_MINUTES * PAYLOAD_IN_BYTES) / 6
/** A row has 34. */
const MAX_NEW_NODES = 500

interface Memory {
  readonly bytes: number
  /** Of the page's document. */
  readonly nodes: number
}

/** As far as it is read: V8's format, a node is so many numbers in a row. */
interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[] } }
  readonly nodes: readonly number[]
}

test('the simulator uses no more memory after a day of updates than with a full wire log', async ({
  page,
  context,
  hub,
  device,
}) => {
  test.setTimeout(180_000)
  await page.clock.install()
  const simulator = simulatorPage(page)
  await simulator.connect(device.connectionString)
  await simulator.isReady()
  const devtools = await context.newCDPSession(page)
  let connects = 0
  hub.events.listen(({ type, deviceId }) => {
    if (type === 'connected' && deviceId === device.deviceId) connects++
  })
  const payload = 'x'.repeat(PAYLOAD_IN_BYTES)
  let updates = 0

  async function update(count: number): Promise<void> {
    for (const last = updates + count; updates < last;) {
      const desired = { update: ++updates, note: `${updates} ${payload}` }
      await hub.updateTwin(device.deviceId, { properties: { desired } })
    }
    // The network takes real time: what it brings has to be there before the next minutes are over at once.
    await expect(simulator.desired).toContainText(`${updates} x`)
    await simulator.isReady()
  }

  /** All that is alive, strings outside of the script engine's own heap among it, by a snapshot. */
  async function measure(): Promise<Memory> {
    const chunks: string[] = []
    const take = ({ chunk }: { chunk: string }): unknown => chunks.push(chunk)
    devtools.on('HeapProfiler.addHeapSnapshotChunk', take)
    await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
    devtools.off('HeapProfiler.addHeapSnapshotChunk', take)
    const { snapshot, nodes } = JSON.parse(chunks.join('')) as Snapshot
    const fields = snapshot.meta.node_fields
    const size = fields.indexOf('self_size')
    let bytes = 0
    for (let at = size; at < nodes.length; at += fields.length) bytes += nodes[at] ?? 0
    return { bytes, nodes: (await devtools.send('Memory.getDOMCounters')).nodes }
  }

  await update(ENOUGH_TO_FILL)
  await expect(simulator.wire).toContainText(/the last 500 of/)
  // What a new hour brings with it for the first time.
  for (let minutes = 0; minutes < 120; minutes += STEP_IN_MINUTES) {
    await page.clock.fastForward(STEP_IN_MINUTES * 60_000)
    await update(STEP_IN_MINUTES)
  }
  const before = await measure()
  for (let minutes = 0; minutes < DAY_IN_MINUTES; minutes += STEP_IN_MINUTES) {
    // Timers that are due fire once each, as after a sleep; frame by frame a day would take hours.
    await page.clock.fastForward(STEP_IN_MINUTES * 60_000)
    await update(STEP_IN_MINUTES)
  }
  const after = await measure()
  // Its tokens are of an hour.
  expect(connects).toBeGreaterThan(20)
  const figures = `${show(before)} before the day, ${show(after)} after it, ${connects} connections`
  test.info().annotations.push({ type: 'heap', description: figures })
  console.log(figures)
  expect(after.bytes - before.bytes).toBeLessThan(MAX_GROWTH_IN_BYTES)
  expect(after.nodes - before.nodes).toBeLessThan(MAX_NEW_NODES)
})

function show({ bytes, nodes }: Memory): string {
  return `${(bytes / 1e6).toFixed(2)} MB and ${nodes} nodes`
}
