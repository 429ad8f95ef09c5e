import { assert } from 'chai'
import type { DesiredChange, JsonObject } from 'hubtwin'
import { type DesiredValidity, validateDesired } from 'hubtwin/schema'
import { sentence, type Sentence } from './sentence.ts'
import { createRecording, within } from './waits.ts'

export const desired: readonly Sentence[] = [
  sentence('twin.onDesired() delivers each update once and in order, with what was there before', async (scene) => {
    const twin = scene.open()
    const changes = createRecording<DesiredChange>()
    twin.onDesired('level', changes.add)
    await within(twin.ready(), 'ready')
    for (const level of [1, 2, 3]) await scene.device.patchDesired({ level })
    // A connection keeps the order, so every patch before this response has been delivered.
    await within(twin.refresh(), 'refresh')
    assert.deepEqual(
      changes.items.map(({ value, previous, patch, version }) => [value, previous, patch, version]),
      [
        [1, undefined, 1, 2],
        [2, 1, 2, 3],
        [3, 2, 3, 4],
      ],
    )
  }),

  sentence('twin.onDesired() calls a new listener once with what is there, falsy values too', async (scene) => {
    const values: JsonObject = { off: false, zero: 0, empty: '', none: [] }
    await scene.device.patchDesired(values)
    const twin = scene.open()
    await within(twin.ready(), 'ready')
    const early = createRecording<DesiredChange>()
    const late = createRecording<DesiredChange>()
    for (const path of Object.keys(values)) twin.onDesired(path, early.add)
    await early.find('the last of the early', ({ path }) => path === 'none')
    for (const path of Object.keys(values)) twin.onDesired(path, late.add)
    await late.find('the last of the late', ({ path }) => path === 'none')
    await within(twin.refresh(), 'refresh')
    for (const { items } of [early, late]) {
      assert.deepEqual(Object.fromEntries(items.map(({ path, value }) => [path, value])), values)
      assert.lengthOf(items, 4)
    }
  }),

  sentence('twin.onDesired() tells a listener nothing of what lies outside its path', async ({ device, open }) => {
    const twin = open()
    await within(twin.ready(), 'ready')
    const changes = createRecording<DesiredChange>()
    twin.onDesired('climate.hvac', changes.add)
    await device.patchDesired({ climate: { minTemperature: 69 }, hvac: { fanOn: true } })
    await device.patchDesired({ climate: { hvac: { fanOn: true } } })
    await device.patchDesired({ climate: null })
    await within(twin.refresh(), 'refresh')
    assert.deepEqual(
      changes.items.map(({ value, patch, version }) => [value, patch, version]),
      [
        [{ fanOn: true }, { fanOn: true }, 3],
        [undefined, null, 4],
      ],
    )
  }),

  sentence('validateDesired() keeps the last valid state in force', async ({ device, open }) => {
    const twin = validateDesired(open(), {
      '~standard': {
        version: 1,
        vendor: 'contract',
        validate(value: unknown) {
          const { level } = value as { readonly level?: number }
          return level !== undefined && level > 10
            ? { issues: [{ message: 'is too high', path: ['level'] }] }
            : { value: value as { readonly level?: number } }
        },
      },
    })
    const levels = createRecording<number | undefined>()
    const validities = createRecording<DesiredValidity>()
    twin.onDesired('level', ({ value }) => levels.add(value))
    twin.onValidity(validities.add)
    await within(twin.ready(), 'ready')
    for (const level of [1, 11, 3]) await device.patchDesired({ level })
    await within(twin.refresh(), 'refresh')
    assert.deepEqual(levels.items, [1, 3])
    const invalid = validities.items.find(({ type }) => type === 'invalid')
    assert.deepInclude(invalid, { version: 3, issues: [{ path: 'level', message: 'is too high' }] })
    assert.deepEqual([twin.validity, twin.desired], [{ type: 'valid' }, { level: 3 }])
  }),

  sentence('twin.desired loses what a patch sets to null, and an array as a whole', async ({ device, open }) => {
    await device.patchDesired({ gone: { deep: 1 }, kept: { a: 1, b: 2 }, list: [1, 2, 3] })
    const twin = open()
    const changes = createRecording<DesiredChange>()
    twin.onDesired(changes.add)
    await within(twin.ready(), 'ready')
    const patch = { gone: null, kept: { b: null }, list: [9] }
    const version = await device.patchDesired(patch)
    const change = await changes.find('the patch', (each) => each.version === version)
    assert.deepEqual(change.patch, patch)
    assert.deepEqual(change.previous, { gone: { deep: 1 }, kept: { a: 1, b: 2 }, list: [1, 2, 3] })
    assert.deepEqual(twin.desired, { kept: { a: 1 }, list: [9] })
    assert.deepEqual(twin.desired, (await device.twin()).desired)
  }),

  sentence('twin.changes() gives a slow consumer one change that spans several versions', async ({ device, open }) => {
    const twin = open()
    await within(twin.ready(), 'ready')
    const changes = twin.changes({ path: 'level' })
    const first = changes.next()
    await device.patchDesired({ level: 1 })
    assert.equal((await within(first, 'the first change')).value?.value, 1)
    for (const level of [2, 3, 4]) await device.patchDesired({ level })
    await within(twin.refresh(), 'refresh')
    const { value: change } = await within(changes.next(), 'the second change')
    assert.deepEqual([change?.previous, change?.value, change?.version], [1, 4, 5])
    const last = changes.next()
    await twin.close()
    assert.deepEqual(await within(last, 'the end'), { value: undefined, done: true })
  }),

  sentence('twin.desired holds keys such as __proto__ and constructor as mere data', async ({ device, open }) => {
    const text =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}},"toString":3,"hasOwnProperty":4}'
    const twin = open()
    const changes = createRecording<DesiredChange>()
    await within(twin.ready(), 'ready')
    twin.onDesired('__proto__.polluted', changes.add)
    twin.onDesired('valueOf', () => assert.fail('nobody desires valueOf'))
    await device.patchDesired(JSON.parse(text) as JsonObject)
    assert.equal((await changes.find('the change', () => true)).value, 1)
    // Compares by key, because a deep comparison would also compare prototypes.
    assert.deepEqual(
      JSON.parse(JSON.stringify(Object.entries(twin.desired))),
      Object.entries(JSON.parse(text) as JsonObject),
    )
    assert.isTrue(Object.hasOwn(twin.desired, '__proto__'))
    assert.isUndefined(({} as { polluted?: number }).polluted)

    await within(twin.report(JSON.parse(text) as JsonObject), 'report')
    assert.sameMembers(Object.keys((await device.twin()).reported), Object.keys(JSON.parse(text) as JsonObject))
  }),
]
