import { simulatorPage } from '../support/simulator-page.ts'
import { expect, test } from '../support/world.ts'

const DAY_IN_MINUTES = 24 * 60
const STEP_IN_MINUTES = 30
/** More than the wire log keeps: until the log is full, the memory grows. */
const ENOUGH_TO_FILL = 600
const PAYLOAD_IN_BYTES = 2000
/** A sixth of the payloads of a day: 480 kB. */
const MAX_GROWTH_IN_BYTES = (DAY_IN_MINUTES * PAYLOAD_IN_BYTES) / 6
/** A row has 34 nodes. */
const MAX_NEW_NODES = 500

interface Memory {
  readonly bytes: number
  /** The nodes of the document. */
  readonly nodes: number
}

/**
 * The part of V8's snapshot format that this test reads: each node is a fixed number of integers.
 */
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
    // The network takes real time, so the test waits before it advances the clock.
    await expect(simulator.desired).toContainText(`${updates} x`)
    await simulator.isReady()
  }

  /** Measures all live memory with a heap snapshot, including strings outside V8's heap. */
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
  await expect(simulator.wire).toContainText(/last 500 of/)
  // Warms up: the first hours allocate memory for token renewals.
  for (let minutes = 0; minutes < 120; minutes += STEP_IN_MINUTES) {
    await page.clock.fastForward(STEP_IN_MINUTES * 60_000)
    await update(STEP_IN_MINUTES)
  }
  const before = await measure()
  for (let minutes = 0; minutes < DAY_IN_MINUTES; minutes += STEP_IN_MINUTES) {
    // Each due timer fires once, as after a sleep. Every frame of a day would take hours.
    await page.clock.fastForward(STEP_IN_MINUTES * 60_000)
    await update(STEP_IN_MINUTES)
  }
  const after = await measure()
  // A token is valid for an hour.
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
