import { assert } from 'chai'
import type { DesiredChange } from 'hubtwin'
import { sentence, type Sentence } from './sentence.ts'
import { createRecording, within } from './waits.ts'

export const resyncing: readonly Sentence[] = [
  sentence('openTwin() delivers what changed while it was away as one difference', async ({ hub, device, open }) => {
    await device.patchDesired({ same: { a: 1 }, gone: 1, changed: { x: 1, y: 1 } })
    const gate = await hub.createGate()
    await gate.open()
    const twin = open({ endpoint: gate.endpoint })
    await within(twin.ready(), 'ready')
    const all = createRecording<DesiredChange>()
    const same = createRecording<DesiredChange>()
    twin.onDesired(all.add)
    twin.onDesired('same', same.add)
    await same.find('the first value', () => true)

    await gate.shut()
    await device.patchDesired({ changed: { x: 2 }, gone: null })
    const version = await device.patchDesired({ added: true, same: { a: 1 } })
    await gate.open()
    await all.find('the difference', (change) => change.version === version)
    await within(twin.refresh(), 'refresh')

    assert.lengthOf(all.items, 2)
    assert.deepEqual(all.items[1]?.patch, { gone: null, changed: { x: 2 }, added: true })
    assert.lengthOf(same.items, 1)
    assert.deepEqual(twin.desired, { same: { a: 1 }, changed: { x: 2, y: 1 }, added: true })
  }),

  sentence('openTwin() subscribes again after a connection was lost', async ({ device, open }) => {
    const twin = open()
    const changes = createRecording<DesiredChange>()
    twin.onDesired(changes.add)
    await within(twin.ready(), 'ready')
    await device.drop()
    await within(twin.refresh(), 'refresh')
    const version = await device.patchDesired({ after: true })
    await changes.find('the update', (change) => change.version === version)
    await within(twin.report({ after: true }), 'report')
  }),

  sentence('openTwin() notices a lost notification at the next one and reads the twin', async ({ device, open }) => {
    const twin = open()
    const changes = createRecording<DesiredChange>()
    twin.onDesired(changes.add)
    await within(twin.ready(), 'ready')
    await device.setFault({ fault: 'lose', operation: 'notification' }, 1)
    await device.patchDesired({ lost: 1 })
    const version = await device.patchDesired({ next: 2 })
    const change = await changes.find('the healed state', (each) => each.version === version)
    assert.deepEqual(
      [change.value, change.patch],
      [
        { lost: 1, next: 2 },
        { lost: 1, next: 2 },
      ],
    )
    await within(twin.refresh(), 'refresh')
    assert.deepEqual(
      changes.items.map((each) => each.version),
      [1, 3],
    )
  }),

  sentence('openTwin() ignores a notification that is not newer than what it has', async ({ device, open }) => {
    const twin = open()
    const changes = createRecording<DesiredChange>()
    twin.onDesired(changes.add)
    await within(twin.ready(), 'ready')
    await device.setFault({ fault: 'duplicate' })
    for (const level of [1, 2]) await device.patchDesired({ level })
    await device.send('$iothub/twin/PATCH/properties/desired/?$version=2', '{"level":1,"$version":2}')
    await within(twin.refresh(), 'refresh')
    assert.deepEqual(
      changes.items.map(({ version }) => version),
      [1, 2, 3],
    )
    assert.deepEqual([twin.desired, twin.versions.desired], [{ level: 2 }, 3])
  }),
]
