import { assert } from 'chai'
import { TwinError } from 'hubtwin'
import { sentence, type Sentence } from './sentence.ts'
import { reasonOf, until, within } from './waits.ts'

export const ending: readonly Sentence[] = [
  sentence('twin.close() settles everything that waits and leaves the hub', async ({ device, open }) => {
    const twin = open()
    await within(twin.ready(), 'ready')
    assert.isDefined((await device.twin()).subscriptions)
    await device.setFault({ fault: 'lose' })
    const waits = [twin.report({ a: 1 }), twin.report({ a: 2 }), twin.refresh()]
    const reasons = Promise.all(waits.map((promise) => reasonOf(promise, 'a wait')))
    await within(twin.close(), 'close')
    for (const reason of await reasons) {
      assert.instanceOf(reason, TwinError)
      assert.equal(reason.code, 'ERR_CLOSED')
    }
    assert.equal((await reasonOf(twin.ready(), 'ready')) instanceof TwinError, true)
    assert.equal((await reasonOf(twin.report({}), 'report')) instanceof TwinError, true)
    await until('the connection at the hub ends', async () => (await device.twin()).subscriptions === undefined)
  }),

  sentence("twin.report() and twin.refresh() end with their own signal's reason", async ({ device, open }) => {
    const twin = open()
    await within(twin.ready(), 'ready')
    await device.setFault({ fault: 'lose' })
    const reason = new Error('no patience')
    const controller = new AbortController()
    const { signal } = controller
    const waits = [
      twin.report({ a: 1 }, { signal }),
      twin.refresh({ signal }),
      twin.changes({ path: 'b', signal }).next(),
    ]
    const reasons = Promise.all(waits.map((promise) => reasonOf(promise, 'a wait')))
    controller.abort(reason)
    assert.deepEqual(
      (await reasons).map((each) => each === reason),
      [true, true, true],
    )
    assert.equal(twin.status.type, 'ready')
    await device.heal()
  }),

  sentence('timeoutInMs ends the waits of a twin with ERR_TIMEOUT, and the twin stays open', async ({ hub, open }) => {
    const gate = await hub.createGate()
    const twin = open({ endpoint: gate.endpoint })
    const wait = { timeoutInMs: 20 }
    const waits = [twin.ready(wait), twin.report({ a: 1 }, wait), twin.refresh(wait)]
    for (const reason of await Promise.all(waits.map((promise) => reasonOf(promise, 'a wait')))) {
      assert.instanceOf(reason, TwinError)
      assert.equal(reason.code, 'ERR_TIMEOUT')
    }
    assert.notEqual(twin.status.type, 'closed')
  }),

  sentence('openTwin() closes the twin when its signal is aborted', async ({ hub, device, open }) => {
    const controller = new AbortController()
    const twin = open({ signal: controller.signal })
    await within(twin.ready(), 'ready')
    controller.abort()
    assert.equal(twin.status.type, 'closed')
    await until('the connection at the hub ends', async () => (await device.twin()).subscriptions === undefined)

    const gate = await hub.createGate()
    const ready = new AbortController()
    const lost = open({ endpoint: gate.endpoint })
    const reason = reasonOf(lost.ready({ signal: ready.signal }), 'ready')
    ready.abort(new Error('no patience'))
    assert.equal(((await reason) as Error).message, 'no patience')
  }),
]
