import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type StandardSchema, validateDesired } from '../../core/src/schema/index.ts'
import { settle } from './fake-clock.ts'
import { openReadyDevice } from './open-scripted-device.ts'
import { openReady, openScripted, peek } from './open-scripted.ts'
import type { ScriptedWire } from './scripted-hub.ts'
import { DESIRED, openTabs } from './tabs/open-tabs.ts'

interface Desired {
  climate?: { min: number; max?: number }
  mode?: 'day' | 'night'
}

/** The same schema by each library, with the text of its issue. */
const LIBRARIES: readonly (readonly [name: string, schema: StandardSchema<Desired>, message: RegExp])[] = [
  [
    'Valibot',
    v.object({
      climate: v.exactOptional(v.object({ min: v.number(), max: v.exactOptional(v.number()) })),
      mode: v.exactOptional(v.picklist(['day', 'night'])),
    }),
    /Expected number but received "cold"/,
  ],
  [
    'Zod',
    z.object({
      climate: z.exactOptional(z.object({ min: z.number(), max: z.exactOptional(z.number()) })),
      mode: z.exactOptional(z.enum(['day', 'night'])),
    }),
    /expected number, received string/,
  ],
  [
    'ArkType',
    type({ 'climate?': { min: 'number', 'max?': 'number' }, 'mode?': "'day' | 'night'" }),
    /must be a number \(was a string\)/,
  ],
]

const limitedSchema = v.object({
  level: v.pipe(v.optional(v.number(), 5), v.maxValue(10)),
  note: v.optional(v.string()),
})

function patch(wire: ScriptedWire, version: number, properties: object): void {
  wire.message(`${DESIRED}${version}`, { ...properties, $version: version })
}

describe.each(LIBRARIES)('validateDesired() with a schema of %s', (_name, schema, message) => {
  test('keeps the last valid state in force, and names the issues of another', async () => {
    const { twin: base, hub } = await openReady({ desired: { climate: { min: 1 }, mode: 'day', $version: 1 } })
    const twin = validateDesired(base, schema)
    const changes: unknown[] = []
    const validities: unknown[] = []
    twin.onDesired('climate.min', ({ value, previous, version }) => changes.push([version, previous, value]))
    twin.onValidity((validity) => validities.push(validity))
    await settle()
    patch(hub.wire, 2, { climate: { min: 'cold' } })
    expect(twin.desired).toEqual({ climate: { min: 1 }, mode: 'day' })
    expect(twin.versions.desired).toBe(1)
    expect(base.versions.desired).toBe(2)
    patch(hub.wire, 3, { mode: 'night' })
    expect(twin.desired.mode).toBe('day')
    patch(hub.wire, 4, { climate: { min: 4 } })
    expect(twin.desired).toEqual({ climate: { min: 4 }, mode: 'night' })
    expect(twin.versions.desired).toBe(4)
    expect(changes).toEqual([
      [1, undefined, 1],
      [4, 1, 4],
    ])
    const issues = [{ path: 'climate.min', message: expect.stringMatching(message) as unknown }]
    expect(validities).toEqual([
      { type: 'valid' },
      { type: 'invalid', version: 2, desired: { climate: { min: 'cold' }, mode: 'day' }, issues },
      { type: 'invalid', version: 3, desired: { climate: { min: 'cold' }, mode: 'night' }, issues },
      { type: 'valid' },
    ])
  })
})

describe('validateDesired()', () => {
  test('shows nothing before the first valid state', async () => {
    const { twin: base, hub } = await openScripted()
    const twin = validateDesired(base, limitedSchema)
    const ready = twin.ready()
    const levels: unknown[] = []
    twin.onDesired('level', ({ value, patch: by }) => levels.push([value, by]))
    expect(twin.validity).toEqual({ type: 'unknown' })
    hub.wire.sync({ desired: { level: 11, $version: 7 } })
    expect(await ready).toEqual({ desired: {}, reported: {}, versions: { desired: 0, reported: 1 } })
    expect(twin.validity).toMatchObject({ type: 'invalid', version: 7, issues: [{ path: 'level' }] })
    expect(levels).toEqual([])
    patch(hub.wire, 8, { level: null })
    expect(levels).toEqual([[5, 5]])
    expect(twin.versions.desired).toBe(8)
  })

  test('delivers the output of the schema, and ignores the keys that it strips', async () => {
    const { twin: base, hub } = await openReady({ desired: { other: 1, $version: 1 } })
    const twin = validateDesired(base, limitedSchema)
    const roots: unknown[] = []
    twin.onDesired(({ value, version }) => roots.push([version, value]))
    await settle()
    patch(hub.wire, 2, { other: 2 })
    expect(twin.versions.desired).toBe(2)
    patch(hub.wire, 3, { level: 6 })
    expect(roots).toEqual([
      [1, { level: 5 }],
      [3, { level: 6 }],
    ])
    expect(Object.isFrozen(twin.desired)).toBe(true)
  })

  test('calls a listener only for a difference between valid states', async () => {
    const { twin: base, hub } = await openReady({ desired: { level: 1, $version: 1 } })
    const twin = validateDesired(base, limitedSchema)
    const levels: unknown[] = []
    twin.onDesired(({ value }) => levels.push(value.level))
    await settle()
    patch(hub.wire, 2, { level: 99 })
    patch(hub.wire, 3, { level: 1 })
    expect(twin.validity.type).toBe('valid')
    expect(levels).toEqual([1])
  })

  test('iterates over valid states, and ends with the twin', async () => {
    const { twin: base, hub } = await openReady({ desired: { level: 1, $version: 1 } })
    const twin = validateDesired(base, limitedSchema)
    const levels = twin.changes({ path: 'level' })
    expect((await levels.next()).value).toMatchObject({ value: 1 })
    const next = levels.next()
    patch(hub.wire, 2, { level: 'high' })
    expect(await peek(next)).toBeUndefined()
    patch(hub.wire, 3, { level: 3 })
    expect((await next).value).toMatchObject({ value: 3, previous: 1, version: 3 })
    await twin.close()
    expect(await levels.next()).toEqual({ done: true, value: undefined })
  })

  test('reads a twin again with the same rules', async () => {
    const { twin: base, hub } = await openReady({ desired: { level: 1, $version: 1 } })
    const twin = validateDesired(base, limitedSchema)
    const refresh = twin.refresh()
    hub.wire.answer(200, { desired: { level: 12, $version: 4 }, reported: { a: 1, $version: 2 } })
    expect(await refresh).toEqual({
      desired: { level: 1 },
      reported: { a: 1 },
      versions: { desired: 1, reported: 2 },
    })
  })

  test('leaves the other members of a twin as they are', async () => {
    const { twin: base, hub } = await openReady()
    const twin = validateDesired(base, limitedSchema)
    const report = twin.report({ a: 1 })
    await settle()
    hub.wire.answer(204, '', 2)
    expect([await report, twin.reported, twin.status, twin.versions.reported]).toEqual([
      2,
      { a: 1 },
      { type: 'ready' },
      2,
    ])
    const keys = [...Object.keys(base), 'desired', 'reported', 'versions', 'status', 'validity', 'onValidity']
    expect(new Set(Object.keys(twin))).toEqual(new Set(keys))
  })

  test('works in each tab of a shared twin', async () => {
    const { tabs, hub } = await openTabs(2, { desired: { level: 1, $version: 1 } })
    const twins = tabs.map(({ twin }) => validateDesired(twin, limitedSchema))
    patch(hub.wire, 2, { level: 11 })
    await settle()
    expect(twins.map((twin) => twin.validity.type)).toEqual(['invalid', 'invalid'])
    patch(hub.wire, 3, { level: 3 })
    await settle()
    expect(twins.map((twin) => [twin.role.type, twin.desired.level])).toEqual([
      ['leader', 3],
      ['follower', 3],
    ])
  })

  test('works for the twin of a device', async () => {
    const { device, hub } = await openReadyDevice({})
    const twin = validateDesired(device.twin, limitedSchema)
    patch(hub.wire, 2, { level: 2 })
    patch(hub.wire, 3, { level: 30 })
    expect([twin.desired.level, device.twin.desired]).toEqual([2, { level: 30 }])
  })

  test('refuses an asynchronous schema at once', async () => {
    const { twin } = await openReady()
    const schema = z.object({}).refine(() => Promise.resolve(true))
    expect(() => validateDesired(twin, schema)).toThrow(
      'schema validates asynchronously (zod); the changes of a twin need a synchronous schema',
    )
  })

  test.each([undefined, null, 7, {}, () => true])('refuses %s, which is not a schema', async (schema) => {
    const { twin } = await openReady()
    expect(() => validateDesired(twin, schema as StandardSchema<object>)).toThrow(
      /^schema is .* without ~standard\.validate, which a Standard Schema has$/,
    )
  })

  test.each([
    [
      'a Date',
      v.pipe(
        v.any(),
        v.transform(() => ({ at: [new Date(0)] })),
      ),
      'at.0',
    ],
    [
      'a text',
      v.pipe(
        v.any(),
        v.transform(() => 'text'),
      ),
      '',
    ],
  ])('counts an output with %s as invalid, because a twin cannot hold it', async (_name, schema, path) => {
    const { twin: base } = await openReady({ desired: { level: 1, $version: 1 } })
    const twin = validateDesired(base, schema as unknown as StandardSchema<object>)
    expect(twin.validity).toMatchObject({ type: 'invalid', issues: [{ path }] })
  })
})
