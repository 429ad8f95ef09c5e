import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import {
  type Assignable,
  type Assignment,
  assign,
  byPrecedence,
} from '../../../../emulator/src/configurations/assign.ts'
import { parseContent } from '../../../../emulator/src/configurations/content.ts'
import { merge } from '../../../../emulator/src/twin/merge.ts'
import type { TwinConfigurations } from '../../../../emulator/src/twin/twin.ts'

interface State {
  readonly configurations: TwinConfigurations
  readonly desired: { readonly value: JsonObject }
}

const untouched = (value: JsonObject = {}): State => ({ configurations: {}, desired: { value } })

function configuration(id: string, number: number, deviceContent: JsonObject): Assignable {
  return { id, number, settings: parseContent({ deviceContent }).settings }
}

function all(...configurations: readonly Assignable[]): ReadonlyMap<number, Assignable> {
  return new Map(configurations.map((each) => [each.number, each]))
}

/** The twin after an assignment. */
function after(twin: State, assignment: Assignment | undefined): State {
  if (assignment === undefined) return twin
  const { configurations, patch = {} } = assignment
  return { configurations, desired: { value: merge(twin.desired.value, patch) } }
}

const water = configuration('water', 1, { 'properties.desired.water': { temperature: 66, pressure: 28 } })
const warm = configuration('warm', 2, { 'properties.desired.water': { temperature: 80 } })
const fan = configuration('fan', 3, { 'properties.desired.fan.speed': 2, 'properties.desired.water': { pressure: 1 } })

describe('assign()', () => {
  test('merges the settings of a configuration into the desired properties', () => {
    const assignment = assign(untouched({ water: { flow: 5 }, other: 1 }), [water], all(water))
    expect(assignment?.patch).toEqual({ water: { temperature: 66, pressure: 28 } })
    expect(assignment?.configurations).toEqual({
      water: { status: 'Applied', number: 1, paths: ['properties.desired.water'] },
    })
  })

  test('merges a whole section of desired properties, and removes a property with null', () => {
    const whole = configuration('whole', 4, { 'properties.desired': { a: 1, old: null } })
    const twin = after(untouched({ old: 1, b: 2 }), assign(untouched({ old: 1, b: 2 }), [whole], all(whole)))
    expect(twin.desired.value).toEqual({ a: 1, b: 2 })
  })

  test('changes nothing the second time, even if a back end has changed the values since', () => {
    const twin = after(untouched(), assign(untouched(), [water], all(water)))
    expect(assign({ ...twin, desired: { value: { water: 'mine' } } }, [water], all(water))).toBeUndefined()
  })

  test('gives a twin path to the first of two configurations, whichever was there before', () => {
    const loses = { status: 'Targeted', number: 1, paths: [] }
    const fresh = after(untouched(), assign(untouched(), [warm, water], all(warm, water)))
    expect(fresh.desired.value).toEqual({ water: { temperature: 80 } })
    expect(fresh.configurations['water']).toEqual(loses)
    const first = after(untouched(), assign(untouched(), [water], all(water)))
    const second = after(first, assign(first, [warm, water], all(warm, water)))
    expect(second).toEqual(fresh)
  })

  test('applies the other paths of a configuration that loses one', () => {
    const twin = after(untouched(), assign(untouched(), [warm, fan], all(warm, fan)))
    expect(twin.desired.value).toEqual({ fan: { speed: 2 }, water: { temperature: 80 } })
    expect(twin.configurations['fan']).toMatchObject({ status: 'Applied', paths: ['properties.desired.fan.speed'] })
  })

  test('lets the winner decide where two paths overlap', () => {
    const deep = configuration('deep', 5, { 'properties.desired.water.temperature': 50 })
    const order = [deep, water]
    const twin = after(untouched(), assign(untouched(), order, all(...order)))
    expect(twin.desired.value).toEqual({ water: { temperature: 50, pressure: 28 } })
    const first = after(untouched(), assign(untouched(), [deep], all(deep)))
    expect(after(first, assign(first, order, all(...order))).desired.value).toEqual(twin.desired.value)
  })

  test('removes the settings of a configuration that no longer targets the twin', () => {
    const twin = after(untouched({ own: 1 }), assign(untouched({ own: 1 }), [water], all(water)))
    const left = assign(twin, [], all(water))
    expect(left).toEqual({ configurations: {}, patch: { water: null } })
    expect(after(twin, left).desired.value).toEqual({ own: 1 })
  })

  test('keeps values that another back end has set since, and the keys next to them', () => {
    const twin = after(untouched(), assign(untouched(), [water], all(water)))
    const changed = { ...twin, desired: { value: { water: { temperature: 1, pressure: 28, flow: 5 } } } }
    expect(assign(changed, [], all(water))?.patch).toEqual({ water: { pressure: null } })
    expect(assign({ ...twin, desired: { value: { water: 7 } } }, [], all(water))?.patch).toBeUndefined()
    expect(assign({ ...twin, desired: { value: {} } }, [], all(water))?.patch).toBeUndefined()
  })

  test('applies the next configuration when the winner leaves', () => {
    const both = after(untouched(), assign(untouched(), [warm, water], all(warm, water)))
    expect(after(both, assign(both, [water], all(warm, water))).desired.value).toEqual({
      water: { temperature: 66, pressure: 28 },
    })
  })

  test('keeps the settings of a deleted configuration, until the next configuration replaces them', () => {
    const both = after(untouched(), assign(untouched(), [water, warm], all(water, warm)))
    const without = after(both, assign(both, [warm], all(warm)))
    expect(without.desired.value).toEqual({ water: { temperature: 80, pressure: 28 } })
    const none = after(without, assign(without, [], all()))
    expect(none).toEqual({ configurations: {}, desired: { value: { water: { temperature: 80, pressure: 28 } } } })
  })

  test('applies a configuration again after it is deleted and added again', () => {
    const twin = after(untouched(), assign(untouched(), [water], all(water)))
    const again = { ...water, number: 9 }
    expect(assign(twin, [again], all(again))?.patch).toEqual({ water: { temperature: 66, pressure: 28 } })
  })
})

describe('the patch of an assignment', () => {
  const at = (value: JsonObject): Assignable => configuration('c', 1, { 'properties.desired': value })
  const patchOf = (before: JsonObject, next: JsonObject, desired: JsonObject = before): JsonObject | undefined => {
    const [old, changed] = [at(before), { ...at(next), number: 2 }]
    const assigned = { c: { status: 'Applied', number: 1, paths: ['properties.desired'] } } as const
    const twin = { configurations: assigned, desired: { value: desired } }
    return assign(twin, [changed], all(old, changed))?.patch
  }

  test.each<[string, JsonObject, JsonObject, JsonObject, JsonObject | undefined]>([
    ['has only values that differ', { a: 1, b: 2 }, { a: 1, b: 3 }, { a: 1, b: 2 }, { b: 3 }],
    ['compares arrays by value', { a: [1], b: [1] }, { a: [1], b: [2] }, { a: [1], b: [1] }, { b: [2] }],
    ['is undefined without a difference', { a: { b: 1 } }, { a: { b: 1 } }, { a: { b: 1 } }, undefined],
    [
      'leaves out objects without a difference',
      { a: { b: 1 }, c: 1 },
      { a: { b: 1 }, c: 2 },
      { a: { b: 1 }, c: 1 },
      { c: 2 },
    ],
    [
      'has only the differences of an object',
      { a: { b: 1, c: 1 } },
      { a: { b: 1, c: 2 } },
      { a: { b: 1, c: 1 } },
      { a: { c: 2 } },
    ],
    ['removes a key that is gone', { a: 1, b: 1 }, { a: 1 }, { a: 1, b: 1 }, { b: null }],
    ['removes a key of an object', { a: { b: 1, c: 1 } }, { a: { b: 1 } }, { a: { b: 1, c: 1 } }, { a: { c: null } }],
    [
      'removes an object that has no other keys',
      { a: 1, b: { c: { d: 1 } } },
      { a: 1 },
      { a: 1, b: { c: { d: 1 } } },
      { b: null },
    ],
    [
      'removes an object, but not its other keys',
      { a: 1, b: { c: 1 } },
      { a: 1 },
      { a: 1, b: { c: 1, d: 1 } },
      { b: { c: null } },
    ],
    ['removes nothing that another value has replaced', { a: 1, b: 2 }, { a: 1 }, { a: 1, b: 3 }, undefined],
    [
      'removes nothing of an object that has other values',
      { a: 1, b: { c: 1, d: 1 } },
      { a: 1 },
      { a: 1, b: { c: 2, d: 2 } },
      undefined,
    ],
    ['removes no object for a value', { a: 1, b: 2 }, { a: 1 }, { a: 1, b: { c: 1 } }, undefined],
    ['removes no value for an object', { a: 1, b: { c: 1 } }, { a: 1 }, { a: 1, b: 2 }, undefined],
    ['removes nothing that is not there', { a: 1, b: { c: 1 } }, { a: 1 }, { a: 1 }, undefined],
    ['removes nothing for null', { a: 1, b: null }, { a: 1 }, { a: 1, b: null }, undefined],
    ['removes an array with the same items', { a: 1, b: [1] }, { a: 1 }, { a: 1, b: [1] }, { b: null }],
    ['replaces an object by a value', { a: { b: 1 } }, { a: 1 }, { a: { b: 1 } }, { a: 1 }],
    ['replaces a value by an object', { a: 1 }, { a: { b: 1 } }, { a: 1 }, { a: { b: 1 } }],
    ['removes a key of an object that is a value now', { a: { b: 1, c: 1 } }, { a: { b: 1 } }, { a: 5 }, undefined],
  ])('%s', (_name, before, next, desired, patch) => {
    expect(patchOf(before, next, desired)).toStrictEqual(patch)
  })

  test('is the whole effect for a twin without configurations', () => {
    expect(assign({ desired: { value: {} } }, [at({ a: 1 })], all())).toStrictEqual({
      configurations: { c: { status: 'Applied', number: 1, paths: ['properties.desired'] } },
      patch: { a: 1 },
    })
  })
})

describe('byPrecedence()', () => {
  test('puts the higher priority first, and of equal priorities the younger configuration', () => {
    const sorted = [
      { priority: 1, number: 3 },
      { priority: 5, number: 1 },
      { priority: 5, number: 2 },
    ].sort(byPrecedence)
    expect(sorted.map(({ number }) => number)).toEqual([2, 1, 3])
  })
})
