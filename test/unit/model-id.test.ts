import { describe, expect, test } from 'vitest'
import { isModelId } from '../../core/src/protocol/model-id.ts'
import { checkOptions } from '../../core/src/twin/options.ts'

const IDENTITY = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }

function problemWith(modelId: unknown): unknown {
  try {
    return checkOptions({ modelId: modelId as string }, IDENTITY).modelId
  } catch (error) {
    return String(error)
  }
}

describe('isModelId()', () => {
  test.each([
    'dtmi:com:example:Thermostat;1',
    'dtmi:azure:DeviceManagement:DeviceInformation;1',
    'dtmi:a;999999999',
    'dtmi:com:example:a_b_1;1.2',
    'dtmi:com:example:Thermostat',
  ])('accepts %s', (id) => expect(isModelId(id)).toBe(true))

  test.each([
    '',
    'Thermostat',
    'DTMI:com:example:Thermostat;1',
    'dtmi:com:example:Thermostat;0',
    'dtmi:com:example:Thermostat;01',
    'dtmi:com:example:Thermostat;',
    'dtmi:com::Thermostat;1',
    'dtmi:com:1example;1',
    'dtmi:com:example_;1',
    'dtmi:com:exa mple;1',
    'xdtmi:com:example:Thermostat;1',
    'dtmi:com:example:Thermostat;1x',
    'dtmi:com:example:Thermostat;1\n',
    'dtmi:com:example:Thermostat;1&api-version=1',
  ])('rejects %j', (id) => expect(isModelId(id)).toBe(false))

  test('rejects more than 128 characters', () => {
    const idOf = (length: number): string => `dtmi:${'a'.repeat(length - 7)};1`
    expect([isModelId(idOf(128)), isModelId(idOf(129))]).toEqual([true, false])
  })
})

describe('options.modelId', () => {
  test('is undefined by default', () => expect(checkOptions({}, IDENTITY).modelId).toBeUndefined())

  test.each([
    ['dtmi:com:example:Thermostat;1', 'dtmi:com:example:Thermostat;1'],
    [undefined, undefined],
    ['Thermostat', 'SyntaxError: options.modelId is "Thermostat", not a DTMI such as dtmi:com:example:Thermostat;1'],
    [7, 'TypeError: options.modelId is a number, not a string'],
    [null, 'TypeError: options.modelId is null, not a string'],
  ])('is given as %j', (given, outcome) => expect(problemWith(given)).toBe(outcome))
})
