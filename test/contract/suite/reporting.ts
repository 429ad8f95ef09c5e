import { assert } from 'chai'
import { TwinError } from 'hubtwin'
import { sentence, type Sentence } from './sentence.ts'
import { reasonOf, within } from './waits.ts'

export const reporting: readonly Sentence[] = [
  sentence("twin.report() resolves with the hub's version once the hub has the patch", async ({ device, open }) => {
    const twin = open()
    const version = await within(twin.report({ firmwareVersion: '1.2.1', weather: { humidity: 17 } }), 'report')
    const { reported, versions } = await device.twin()
    assert.deepEqual(reported, { firmwareVersion: '1.2.1', weather: { humidity: 17 } })
    assert.deepEqual([version, twin.versions.reported], [versions.reported, versions.reported])
    assert.deepEqual(twin.reported, reported)
  }),

  sentence('twin.report() folds patches that wait into one request and keeps their order', async ({ device, open }) => {
    const twin = open()
    const patches = [
      { step: 1, a: 1 },
      { step: 2, b: { c: 1 } },
      { step: 3, b: { d: 1 } },
    ]
    const versions = await within(Promise.all(patches.map((patch) => twin.report(patch))), 'reports')
    const hub = await device.twin()
    assert.deepEqual(hub.reported, { step: 3, a: 1, b: { c: 1, d: 1 } })
    assert.deepEqual(twin.reported, hub.reported)
    assert.equal(hub.versions.reported, 2)
    assert.deepEqual(versions, [2, 2, 2])
  }),

  sentence('twin.reported equals what the hub stores, -0 and unusual text included', async ({ device, open }) => {
    const twin = open()
    await within(twin.report({ n: -0, list: [-0, 1.5e-7], text: '\u2028😀\u0000"\\', deep: { empty: {} } }), 'report')
    const { reported } = await device.twin()
    assert.equal(Object.is(twin.reported['n'], 0), true)
    assert.deepEqual(twin.reported, reported)
  }),

  sentence('twin.report() deletes by null and replaces an array whole', async ({ device, open }) => {
    const twin = open()
    await within(twin.report({ gone: 1, kept: { a: 1, b: 2 }, list: [1, 2, 3] }), 'first report')
    await within(twin.report({ gone: null, kept: { b: null }, list: [9] }), 'second report')
    assert.deepEqual((await device.twin()).reported, { kept: { a: 1 }, list: [9] })
    assert.deepEqual(twin.reported, { kept: { a: 1 }, list: [9] })
  }),

  sentence('twin.report() rejects with ERR_BAD_REQUEST what the hub refuses, and goes on', async ({ device, open }) => {
    const twin = open()
    await within(twin.ready(), 'ready')
    // IoT Edge sends an empty body, so only the status gives the reason.
    await device.setFault({ operation: 'patch', status: 400, body: '' }, 1)
    const refused = twin.report({ bad: true })
    const accepted = twin.report({ good: true })
    const reason = await reasonOf(refused, 'refused report')
    assert.instanceOf(reason, TwinError)
    const { code, status, retriable } = reason
    assert.deepEqual([code, status, retriable], ['ERR_BAD_REQUEST', 400, false])
    await within(accepted, 'next report')
    assert.deepEqual([twin.reported, (await device.twin()).reported], [{ good: true }, { good: true }])
  }),

  sentence('twin.report() tries again after 429 and 500', async ({ device, open }) => {
    const twin = open()
    await within(twin.ready(), 'ready')
    await device.setFault({ fault: 'throttle', operation: 'patch' }, 2)
    await device.setFault({ fault: 'refuse', operation: 'patch', status: 500 }, 1)
    await within(twin.report({ patient: true }), 'report')
    assert.deepEqual((await device.twin()).reported, { patient: true })
  }),

  sentence('twin.report() repeats a patch without a response', async ({ device, open }) => {
    const twin = open({ requestTimeoutInMs: 300 })
    await within(twin.ready(), 'ready')
    await device.setFault({ fault: 'lose', operation: 'patch' }, 1)
    const version = await within(twin.report({ sure: true }), 'report')
    const hub = await device.twin()
    assert.deepEqual(hub.reported, { sure: true })
    assert.equal(version, hub.versions.reported)
    assert.isAtLeast(version, 3)
  }),

  sentence('twin.report() sends what was reported while there was no connection', async ({ hub, device, open }) => {
    const gate = await hub.createGate()
    await gate.open()
    const twin = open({ endpoint: gate.endpoint })
    await within(twin.ready(), 'ready')
    await gate.shut()
    const reports = Promise.all([twin.report({ a: 1, b: 1 }), twin.report({ b: null, c: 1 })])
    await gate.open()
    await within(reports, 'reports')
    assert.deepEqual((await device.twin()).reported, { a: 1, c: 1 })
  }),
]
