import { describe, expect, test } from 'vitest'
import {
  type Acknowledgment,
  buildAcknowledgmentPatch,
  buildComponentPatch,
  joinCommandName,
  listUnacknowledged,
  readAcknowledgment,
  readComponent,
  splitCommandName,
  TELEMETRY_COMPONENT,
} from '../../core/src/plug-and-play/index.ts'
import { mergePatch } from '../support/merge-patch.ts'
import type { JsonObject, JsonValue } from '../../core/src/index.ts'

// The examples are those of "IoT Plug and Play conventions".

const TARGET = { name: 'targetTemperature' }
const TARGET_OF_THERMOSTAT = { component: 'thermostat1', ...TARGET }
const DONE = { value: 23.2, ac: 200, av: 3, ad: 'complete' }
const BY_DEFAULT = { value: 20, ac: 203, av: 0, ad: 'default' }

describe('buildComponentPatch()', () => {
  test('marks the component', () =>
    expect(buildComponentPatch('thermostat1', { maxTemperature: 38.7 })).toEqual({
      thermostat1: { __t: 'c', maxTemperature: 38.7 },
    }))

  test('marks a component whose property is deleted', () =>
    expect(buildComponentPatch('thermostat1', { maxTemperature: null })).toEqual({
      thermostat1: { __t: 'c', maxTemperature: null },
    }))

  test.each([
    ['', {}, 'Component is ""; a DTDL name has letters, digits and _, begins with a letter, and does not end with _'],
    ['thermostat-1', {}, 'Component is "thermostat-1"; a DTDL name has'],
    ['1st', {}, 'Component is "1st"; a DTDL name has'],
    ['__proto__', {}, 'Component is "__proto__"; a DTDL name has'],
    ['thermostat1', { 'max.temp': 1 }, 'Property of thermostat1 is "max.temp"; a DTDL name has'],
    ['thermostat1', { __t: 'c' }, 'Property of thermostat1 is "__t"; a DTDL name has'],
    ['thermostat1', { $max: 1 }, 'Property of thermostat1 is "$max"; a DTDL name has'],
    ['thermostat1', { max_: 1 }, 'Property of thermostat1 is "max_"; a DTDL name has'],
    ['thermostat1', 7 as unknown as JsonObject, 'Properties of thermostat1 are a number, not an object'],
    [7 as unknown as string, {}, 'Component is a number, not a string'],
  ])('rejects %j with %j', (component, properties, message) => {
    expect(() => buildComponentPatch(component, properties)).toThrow(TypeError)
    expect(() => buildComponentPatch(component, properties)).toThrow(message)
  })
})

describe('readComponent()', () => {
  test('returns the properties without the marker', () =>
    expect(readComponent({ thermostat1: { __t: 'c', targetTemperature: 23.2 } }, 'thermostat1')).toEqual({
      targetTemperature: 23.2,
    }))

  test('reads back what buildComponentPatch() builds', () => {
    const properties = { targetTemperature: 23.2, name: null }
    expect(readComponent(buildComponentPatch('thermostat1', properties), 'thermostat1')).toEqual(properties)
  })

  test.each<[string, JsonObject, string]>([
    ['a missing component', {}, 'thermostat1'],
    ['a property of the root that is an object', { fan: { speed: 1 } }, 'fan'],
    ['another marker', { fan: { __t: 'x', speed: 1 } }, 'fan'],
    ['a scalar', { fan: 1 }, 'fan'],
    ['an inherited property', {}, 'constructor'],
  ])('returns undefined for %s', (_case, section, component) =>
    expect(readComponent(section, component)).toBeUndefined(),
  )
})

describe('buildAcknowledgmentPatch()', () => {
  test.each([[DONE], [BY_DEFAULT]])('acknowledges a property of the root with %j', (acknowledgment) =>
    expect(buildAcknowledgmentPatch(TARGET, acknowledgment)).toEqual({ targetTemperature: acknowledgment }),
  )

  test('acknowledges a property of a component', () =>
    expect(buildAcknowledgmentPatch(TARGET_OF_THERMOSTAT, DONE)).toEqual({
      thermostat1: { __t: 'c', targetTemperature: DONE },
    }))

  test.each<[JsonValue, Acknowledgment]>([
    [{ speed: 1 }, { value: { speed: 1 }, ac: 203, av: 0 }],
    [20, { value: 21, ac: 200, av: 3 }],
    [
      { value: 20, ac: 400, av: 2, ad: 'too hot' },
      { value: 21, ac: 200, av: 3 },
    ],
    [
      { value: { a: 1, b: { c: 1, d: 1 } }, ac: 200, av: 2 },
      { value: { b: { c: 2 }, e: [1] }, ac: 200, av: 3 },
    ],
    [
      { value: { a: 1 }, ac: 200, av: 2 },
      { value: [1], ac: 200, av: 3 },
    ],
    [
      { value: 1, ac: 200, av: 2 },
      { value: { a: 1 }, ac: 200, av: 3 },
    ],
    [
      { value: 1, ac: 200, av: 2 },
      { value: null, ac: 200, av: 3 },
    ],
  ])('replaces %j at the hub by %j', (before, after) => {
    for (const property of [TARGET, TARGET_OF_THERMOSTAT]) {
      const { component, name } = property as { component?: string; name: string }
      const reported = component === undefined ? { [name]: before } : { [component]: { __t: 'c', [name]: before } }
      const merged = mergePatch(reported, buildAcknowledgmentPatch(property, after, reported))
      expect(readAcknowledgment(merged, property)).toEqual(after)
      const { value, ...others } = after
      const stored = component === undefined ? merged[name] : readComponent(merged, component)?.[name]
      expect(stored).toEqual(value === null ? others : after)
    }
  })

  test.each([
    [{ name: 'a b' }, 'Property is "a b"; a DTDL name has'],
    [{ component: 'a*b', name: 'c' }, 'Component is "a*b"; a DTDL name has'],
  ])('rejects %j', (property, message) => expect(() => buildAcknowledgmentPatch(property, DONE)).toThrow(message))

  test.each([
    [{ ac: 1.5 }, RangeError, 'ac of an acknowledgment is 1.5; a whole number from 0 is needed'],
    [{ av: -1 }, RangeError, 'av of an acknowledgment is -1; a whole number from 0 is needed'],
    [{ av: Number.NaN }, RangeError, 'av of an acknowledgment is NaN; a whole number from 0 is needed'],
    [{ ac: '200' }, TypeError, 'ac of an acknowledgment is a string, not a number'],
    [{ av: undefined }, TypeError, 'av of an acknowledgment is undefined, not a number'],
    [{ ad: 7 }, TypeError, 'ad of an acknowledgment is a number, not a string'],
    [{ value: undefined }, TypeError, 'value of an acknowledgment is undefined; null means none'],
  ])('rejects %j', (wrong, type, message) => {
    const given = { ...DONE, ...wrong } as unknown as Acknowledgment
    expect(() => buildAcknowledgmentPatch(TARGET, given)).toThrow(type)
    expect(() => buildAcknowledgmentPatch(TARGET, given)).toThrow(message)
  })
})

describe('readAcknowledgment()', () => {
  test.each([[TARGET], [TARGET_OF_THERMOSTAT]])('reads back that of %j', (property) =>
    expect(readAcknowledgment(buildAcknowledgmentPatch(property, DONE), property)).toEqual(DONE),
  )

  test.each<[JsonObject]>([
    [{}],
    [{ targetTemperature: 23.2 }],
    [{ targetTemperature: { value: 1 } }],
    [{ targetTemperature: { value: 1, ac: '200', av: 3 } }],
    [{ targetTemperature: { value: 1, ac: 200 } }],
    [{ thermostat1: { __t: 'c', targetTemperature: DONE } }],
  ])('finds none for the root in %j', (reported) => expect(readAcknowledgment(reported, TARGET)).toBeUndefined())

  test('finds none in a component without a marker', () =>
    expect(readAcknowledgment({ thermostat1: { targetTemperature: DONE } }, TARGET_OF_THERMOSTAT)).toBeUndefined())

  test('ignores a description that is not a string', () =>
    expect(readAcknowledgment({ targetTemperature: { ...DONE, ad: null } }, TARGET)).toEqual({
      value: 23.2,
      ac: 200,
      av: 3,
    }))
})

describe('listUnacknowledged()', () => {
  const desired = { targetTemperature: 21, thermostat1: { __t: 'c', targetTemperature: 23.2 }, schedule: { days: 5 } }
  const list = (reported: JsonObject, version = 3): unknown =>
    listUnacknowledged({ desired, reported, versions: { desired: version, reported: 1 } })

  test('lists each value of the root and of components that has no acknowledgment', () =>
    expect(list({ targetTemperature: 21 })).toEqual([
      { name: 'targetTemperature', value: 21, version: 3 },
      { component: 'thermostat1', name: 'targetTemperature', value: 23.2, version: 3 },
      { name: 'schedule', value: { days: 5 }, version: 3 },
    ]))

  test('lists every value of the first version', () => expect(list({}, 1)).toHaveLength(3))

  test('leaves out what the device answered at this version, whatever its answer', () => {
    const acknowledged = {
      ...buildAcknowledgmentPatch(TARGET, { value: 20, ac: 400, av: 3 }),
      ...buildAcknowledgmentPatch(TARGET_OF_THERMOSTAT, DONE),
      ...buildAcknowledgmentPatch({ name: 'schedule' }, { value: { days: 5 }, ac: 202, av: 3 }),
    }
    expect(list(acknowledged)).toEqual([])
    expect(list(acknowledged, 4)).toHaveLength(3)
  })

  test('lists a value that is newer than the default of the device', () =>
    expect(list({ ...buildAcknowledgmentPatch(TARGET_OF_THERMOSTAT, BY_DEFAULT) }, 1)).toContainEqual({
      component: 'thermostat1',
      name: 'targetTemperature',
      value: 23.2,
      version: 1,
    }))

  test('lists nothing when nothing is desired', () =>
    expect(listUnacknowledged({ desired: {}, reported: { a: 1 }, versions: { desired: 1, reported: 1 } })).toEqual([]))

  test('is empty after an acknowledgment of each entry', () => {
    const twin = { desired, reported: {}, versions: { desired: 7, reported: 1 } }
    const patches = listUnacknowledged(twin).map((property) =>
      buildAcknowledgmentPatch(property, { value: property.value, ac: 200, av: property.version }),
    )
    expect(listUnacknowledged({ ...twin, reported: Object.assign({}, ...patches) as JsonObject })).toEqual([])
  })
})

describe('command names', () => {
  test.each([
    [{ name: 'reboot' }, 'reboot'],
    [{ component: 'thermostat1', name: 'getMaxMinReport' }, 'thermostat1*getMaxMinReport'],
  ])('%j is the method %s', (command, methodName) => {
    expect(joinCommandName(command)).toBe(methodName)
    expect(splitCommandName(methodName)).toEqual(command)
  })

  test.each(['', '*', 'a*', '*b', 'a*b*c', 'do-it'])('splitCommandName() keeps %j whole', (name) =>
    expect(splitCommandName(name)).toEqual({ name }),
  )

  test.each([
    [{ name: 'a*b' }, 'Command is "a*b"; a DTDL name has'],
    [{ component: '', name: 'reboot' }, 'Component is ""; a DTDL name has'],
  ])('joinCommandName() rejects %j', (command, message) => expect(() => joinCommandName(command)).toThrow(message))

  test('splitCommandName() rejects another type', () =>
    expect(() => splitCommandName(7 as unknown as string)).toThrow('Method name is a number, not a string'))
})

test('TELEMETRY_COMPONENT is the message property of a component', () => expect(TELEMETRY_COMPONENT).toBe('$.sub'))
