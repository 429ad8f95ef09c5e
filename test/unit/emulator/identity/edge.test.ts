import { describe, expect, test } from 'vitest'
import { checkParent, edgeModuleChanges } from '../../../../emulator/src/identity/edge-devices.ts'
import {
  deviceOfScope,
  isEdge,
  ownScope,
  parentScopeAfter,
  parseScopes,
  scopesOf,
} from '../../../../emulator/src/identity/edge-scope.ts'
import { type Identity, identityKey } from '../../../../emulator/src/identity/identity-id.ts'
import { type IdentityRecord, newIdentity } from '../../../../emulator/src/identity/identity.ts'
import { refusalOf } from '../../../support/refusal.ts'

const sources = { now: 0, key: () => 'key', number: () => 1 }
const scope = (deviceId: string, generation = '1'): string => `ms-azure-iot-edge://${deviceId}-${generation}`

function device(deviceId: string, iotEdge: boolean, parentScope?: string): IdentityRecord {
  const record = newIdentity(deviceId, undefined, { capabilities: { iotEdge } }, sources)
  return { ...record, ...(parentScope !== undefined && { parentScope }) }
}

describe('the scope of an edge device', () => {
  test('names the device and its generation', () => {
    expect(ownScope({ deviceId: 'a-b', generationId: '42' })).toBe('ms-azure-iot-edge://a-b-42')
    expect(deviceOfScope('ms-azure-iot-edge://a-b-42')).toBe('a-b')
  })

  test.each([
    'ms-azure-iot-edge://a',
    'ms-azure-iot-edge://-1',
    'ms-azure-iot-edge://a-',
    'ms-azure-iot-edge://a-1!',
    'x ms-azure-iot-edge://a-1',
    scope('x'.repeat(235)),
  ])('is not %j', (text) => {
    expect(deviceOfScope(text)).toBeUndefined()
  })

  test('has at most 256 characters', () => {
    expect(deviceOfScope(scope('x'.repeat(234)))).toBe('x'.repeat(234))
  })

  test('exists for a device with the capability, not for a module', () => {
    expect(isEdge({ capabilities: { iotEdge: true } })).toBe(true)
    expect(isEdge({ capabilities: { iotEdge: false } })).toBe(false)
    expect(isEdge({ moduleId: 'm', capabilities: { iotEdge: true } })).toBe(false)
  })
})

test('scopesOf() shows the own scope of an edge device, and the scope of the parent of any other', () => {
  expect(scopesOf(device('d', false))).toStrictEqual({})
  expect(scopesOf(device('d', false, 'p'))).toStrictEqual({ deviceScope: 'p', parentScopes: ['p'] })
  expect(scopesOf(device('e', true))).toStrictEqual({ deviceScope: scope('e') })
  expect(scopesOf(device('e', true, 'p'))).toStrictEqual({ deviceScope: scope('e'), parentScopes: ['p'] })
})

describe('parseScopes()', () => {
  test.each([
    [{}, {}],
    [
      { deviceScope: null, parentScopes: null },
      { deviceScope: '', parentScopes: [] },
    ],
    [{ deviceScope: 'a' }, { deviceScope: 'a' }],
    [{ deviceScope: '' }, { deviceScope: '' }],
    [{ parentScopes: [] }, { parentScopes: [] }],
    [{ parentScopes: [''] }, { parentScopes: [] }],
    [{ parentScopes: ['a'] }, { parentScopes: ['a'] }],
  ])('reads %j as %j', (body, scopes) => {
    expect(parseScopes(body)).toStrictEqual(scopes)
  })

  test.each([
    [{ deviceScope: 1 }, 'deviceScope must be a string'],
    [{ parentScopes: 'a' }, 'parentScopes must be an array of at most one string'],
    [{ parentScopes: [1] }, 'parentScopes must be an array of at most one string'],
    [{ parentScopes: ['a', 'b'] }, 'parentScopes must be an array of at most one string'],
  ])('refuses %j', (body, message) => {
    expect(refusalOf(() => parseScopes(body))).toBe(`ArgumentInvalid: ${message}`)
  })
})

describe('parentScopeAfter()', () => {
  const plain = device('d', false)
  const child = device('d', false, 'p')
  const edge = device('e', true)
  const edgeChild = device('e', true, 'p')

  test.each([
    ['nothing for a new device', {}, undefined, plain, undefined],
    ['deviceScope of a new device', { deviceScope: 'p' }, undefined, plain, 'p'],
    ['parentScopes of a new device', { parentScopes: ['p'] }, undefined, plain, 'p'],
    ['both of a new device', { deviceScope: 'p', parentScopes: ['p'] }, undefined, plain, 'p'],
    ['empty scopes of a new device', { deviceScope: '', parentScopes: [] }, undefined, plain, undefined],
    ['an empty deviceScope with a parent', { deviceScope: '', parentScopes: ['p'] }, undefined, plain, 'p'],
    ['deviceScope with empty parentScopes', { deviceScope: 'p', parentScopes: [] }, undefined, plain, 'p'],
    ['nothing for a child', {}, child, child, 'p'],
    ['the document of a child', { deviceScope: 'p', parentScopes: ['p'] }, child, child, 'p'],
    ['another deviceScope', { deviceScope: 'q' }, child, child, 'q'],
    ['another deviceScope with the old parentScopes', { deviceScope: 'q', parentScopes: ['p'] }, child, child, 'q'],
    ['other parentScopes with the old deviceScope', { deviceScope: 'p', parentScopes: ['q'] }, child, child, 'q'],
    ['an empty deviceScope', { deviceScope: '' }, child, child, undefined],
    ['empty parentScopes', { parentScopes: [] }, child, child, undefined],
    ['empty parentScopes with the old deviceScope', { deviceScope: 'p', parentScopes: [] }, child, child, undefined],
    ['nothing for an edge device', {}, edge, edge, undefined],
    ['the document of an edge device', { deviceScope: scope('e') }, edge, edge, undefined],
    [
      'the document of an edge device with a parent',
      { deviceScope: scope('e'), parentScopes: ['p'] },
      edgeChild,
      edgeChild,
      'p',
    ],
    ['the own scope of a new edge device', { deviceScope: scope('e') }, undefined, edge, undefined],
    ['an empty deviceScope of an edge device', { deviceScope: '' }, edgeChild, edgeChild, 'p'],
    ['parentScopes of an edge device', { parentScopes: ['p'] }, edge, edge, 'p'],
    ['no parentScopes of an edge device', { parentScopes: [] }, edgeChild, edgeChild, undefined],
    [
      'the document of a child that becomes an edge device',
      { deviceScope: 'p', parentScopes: ['p'] },
      child,
      device('d', true),
      'p',
    ],
    [
      'the document of an edge device that becomes plain',
      { deviceScope: scope('e') },
      edge,
      device('e', false),
      undefined,
    ],
  ] as const)('reads %s', (_name, request, before, next, parent) => {
    expect(parentScopeAfter(request, before, next)).toBe(parent)
  })

  test('refuses scopes that contradict each other', () => {
    const message = 'ArgumentInvalid: parentScopes must contain the same scope as deviceScope'
    for (const before of [undefined, child]) {
      const request = { deviceScope: 'q', parentScopes: ['r'] }
      expect(refusalOf(() => parentScopeAfter(request, before, plain))).toBe(message)
    }
  })

  test('refuses another scope of an edge device', () => {
    for (const before of [undefined, edge]) {
      expect(refusalOf(() => parentScopeAfter({ deviceScope: 'x' }, before, edge))).toBe(
        'ArgumentInvalid: The hub generates the deviceScope of an IoT Edge device; name its parent in parentScopes',
      )
    }
  })
})

function finder(...records: IdentityRecord[]): (identity: Identity) => IdentityRecord | undefined {
  const found = new Map(records.map((record) => [identityKey(record), record]))
  return (identity) => found.get(identityKey(identity))
}

describe('checkParent()', () => {
  const noEdge = 'ArgumentInvalid: The scope is not the scope of an IoT Edge device of this hub'
  const cycle = 'ArgumentInvalid: A device must not be its own parent, or the parent of its parents'

  test('accepts a device without a parent, and a parent that is an edge device', () => {
    const find = finder(device('e', true), device('f', true, scope('e')))
    for (const record of [device('d', false), device('d', false, scope('e')), device('g', true, scope('f'))]) {
      expect(refusalOf(() => checkParent(find, record))).toBeUndefined()
    }
  })

  test.each([
    ['is not registered', scope('x')],
    ['is no edge device', scope('p')],
    ['had the scope before it was created again', scope('e', '2')],
    ['has no scope', 'e'],
  ])('refuses a parent that %s', (_name, parent) => {
    const find = finder(device('e', true), device('p', false))
    expect(refusalOf(() => checkParent(find, device('d', false, parent)))).toBe(noEdge)
  })

  test('refuses a device that is its own parent, or a parent of its parents', () => {
    const find = finder(device('e', true), device('f', true, scope('e')), device('g', true, scope('f')))
    expect(refusalOf(() => checkParent(find, device('e', true, scope('e'))))).toBe(cycle)
    expect(refusalOf(() => checkParent(find, device('e', true, scope('g'))))).toBe(cycle)
  })

  test('ends at parents that are parents of each other, or that no longer exist', () => {
    const circle = finder(device('e', true, scope('f')), device('f', true, scope('e')))
    expect(refusalOf(() => checkParent(circle, device('d', false, scope('e'))))).toBeUndefined()
    const orphan = finder(device('e', true, scope('gone')))
    expect(refusalOf(() => checkParent(orphan, device('d', false, scope('e'))))).toBeUndefined()
  })
})

describe('edgeModuleChanges()', () => {
  const module = (moduleId: string): IdentityRecord => newIdentity('e', moduleId, { managedBy: 'iotEdge' }, sources)
  const [agent, hub] = [module('$edgeAgent'), module('$edgeHub')]
  const change = (record: IdentityRecord, next: IdentityRecord | undefined): unknown => ({
    identity: { deviceId: 'e', moduleId: record.moduleId },
    record: next,
  })

  test.each([
    ['adds both modules to a new edge device', [], undefined, true, [change(agent, agent), change(hub, hub)]],
    [
      'adds both modules to a device that becomes an edge device',
      [],
      false,
      true,
      [change(agent, agent), change(hub, hub)],
    ],
    ['adds only missing modules', [agent], undefined, true, [change(hub, hub)]],
    ['removes both modules', [agent, hub], true, false, [change(agent, undefined), change(hub, undefined)]],
    ['removes only existing modules', [hub], true, false, [change(hub, undefined)]],
    ['changes nothing for another device', [], undefined, false, []],
    ['changes nothing while an edge device stays so', [], true, true, []],
    ['changes nothing while another device stays so', [agent], false, false, []],
  ])('%s', (_name, existing, wasEdge, willBeEdge, changes) => {
    const before = wasEdge === undefined ? undefined : device('e', wasEdge)
    expect(edgeModuleChanges(finder(...existing), before, device('e', willBeEdge), sources)).toStrictEqual(changes)
  })
})
