import { readFileSync } from 'node:fs'
import type { JsonValue } from 'hubtwin'
import { describe, expect, test } from 'vitest'
import { firmwareProperties, newFirmware, nextFirmware } from '../../../device-models/src/firmware.ts'
import { kioskProperties, showDesired } from '../../../device-models/src/kiosk.ts'
import { KIOSK_MODEL_ID, THERMOSTAT_MODEL_ID } from '../../../device-models/src/model-id.ts'
import type { ModelProperties } from '../../../device-models/src/properties.ts'
import { climateProperties, newThermostat } from '../../../device-models/src/thermostat.ts'

interface Content {
  readonly '@type': string
  readonly name: string
  readonly schema?: unknown
  readonly writable?: boolean
}

interface Interface {
  readonly '@id': string
  readonly contents: readonly Content[]
}

function readModel(name: string): Interface {
  const url = new URL(`../../../device-models/models/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Interface
}

const MODELS = ['thermostat', 'climate', 'firmware', 'kiosk'].map(readModel)

function propertiesOf(model: Interface): readonly Content[] {
  return model.contents.filter((content) => content['@type'] === 'Property')
}

/** The JSON types of the primitive schemas and the complex ones that the models use (DTDL 3). */
function isOfSchema(value: JsonValue, schema: unknown): boolean {
  if (typeof schema === 'object' && schema !== null) {
    const { '@type': type, enumValues } = schema as { '@type': string; enumValues?: { enumValue: string }[] }
    if (type === 'Enum') return enumValues?.some(({ enumValue }) => enumValue === value) ?? false
    return typeof value === 'object'
  }
  if (schema === 'integer') return Number.isInteger(value)
  return typeof value === { double: 'number', string: 'string', boolean: 'boolean' }[String(schema)]
}

const TICK = { type: 'tick' } as const
const REQUEST = { type: 'desired', value: { version: '1.3.0', rollout: 'r' }, version: 2, isFirst: false } as const
const downloading = nextFirmware(newFirmware(), REQUEST, 0)
const failed = nextFirmware(
  nextFirmware(nextFirmware(newFirmware(), { type: 'fail-next', isOn: true }, 0), REQUEST, 0),
  TICK,
  60_000,
)

describe('the models of the demo devices', () => {
  test.each<[string, ModelProperties]>([
    ['climate', climateProperties(newThermostat(0), 0)],
    ['firmware', firmwareProperties(downloading, 0)],
    ['firmware', firmwareProperties(failed, 60_000)],
    ['kiosk', kioskProperties(showDesired({ theme: 'dark', openingHours: { mon: '09:00-18:00' } }, 2))],
  ])('declare what a device reports: %s', (name, { writable, readOnly }) => {
    const properties = propertiesOf(readModel(name))
    const writables = properties.filter((property) => property.writable).map((property) => property.name)
    expect(Object.keys(writable).sort()).toEqual(writables.sort())
    const values = Object.entries({
      ...readOnly,
      ...Object.fromEntries(Object.entries(writable).map(([key, answer]) => [key, answer.value])),
    })
    for (const [key, value] of values) {
      const schema = properties.find((property) => property.name === key)?.schema
      expect([key, schema !== undefined]).toEqual([key, true])
      if (value !== undefined) expect([key, value, isOfSchema(value, schema)]).toEqual([key, value, true])
    }
  })

  test('have the IDs that the devices announce, and names that are unique in their interface', () => {
    expect(MODELS.map((model) => model['@id'])).toEqual(expect.arrayContaining([THERMOSTAT_MODEL_ID, KIOSK_MODEL_ID]))
    for (const { contents } of MODELS) {
      const names = contents.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      for (const name of names) expect(name).toMatch(/^[A-Za-z](?:\w*[A-Za-z\d])?$/)
    }
  })

  test('have an interface for each component', () => {
    const [thermostat] = MODELS
    const components = thermostat?.contents.filter((content) => content['@type'] === 'Component') ?? []
    expect(components.map(({ name }) => name)).toEqual(['climate', 'firmware'])
    for (const { schema } of components) expect(MODELS.map((model) => model['@id'])).toContain(schema)
  })
})
