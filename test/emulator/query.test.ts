import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../emulator/src/index.ts'
import { matches } from '../../emulator/src/query/matches.ts'
import { parseQuery } from '../../emulator/src/query/parse-query.ts'

const twin = JSON.parse(`{
  "deviceId": "device1", "status": "enabled", "connectionState": "Connected",
  "tags": { "floor": 3, "name": "O'Neil", "in-use": true, "__proto__": { "x": 1 } },
  "properties": { "desired": { "$version": 4, "on": false, "list": [1] }, "reported": {} }
}`) as JsonObject

function finds(where: string): boolean {
  return matches(parseQuery(`SELECT * FROM devices WHERE ${where}`).where, twin)
}

describe('a query', () => {
  test.each([
    `deviceId = 'device1'`,
    `tags.floor = 3`,
    `tags.floor >= 2.5e0 AND tags.floor < 4`,
    `tags.floor <> 4`,
    `tags.floor IN [1, 3]`,
    `tags.floor NIN ['3', 4]`,
    `NOT tags.floor = 4`,
    `tags.name = 'O''Neil'`,
    `tags.name = "O'Neil"`,
    `tags.in-use`,
    `tags['in-use'] = true`,
    `properties.desired.$version > 3`,
    `properties.desired.on = false`,
    `is_defined(properties.desired.on) and not is_defined(properties.reported.on)`,
    `(tags.floor = 1 OR tags.floor = 3) AND status != 'disabled'`,
    `tags.floor = 1 or tags.floor = 2 and tags.floor = 4 or connectionState = 'Connected'`,
    `is_defined(tags.__proto__.x)`,
    `3 = tags.floor`,
  ])('finds by %s', (where) => {
    expect(finds(where)).toBe(true)
  })

  test.each([
    `tags.floor = '3'`,
    `tags.missing = 1`,
    `NOT tags.missing = 1`,
    `tags.missing != 1`,
    `tags.missing NIN [1]`,
    `tags.name > 3`,
    `is_defined(tags.constructor)`,
    `is_defined(tags.toString)`,
    `properties.desired.list = 1`,
    `properties.desired = 1`,
    `null = tags.missing`,
  ])('does not find by %s', (where) => {
    expect(finds(where)).toBe(false)
  })

  test('knows devices and modules', () => {
    expect(parseQuery('select * from devices').from).toBe('devices')
    expect(parseQuery(' SELECT  *\nFROM devices.modules ').from).toBe('devices.modules')
  })

  test.each([
    ['', 'Line 1, col 1'],
    ['SELECT * FROM devices WHERE', 'Line 1, col 28'],
    ['SELECT * FROM devices\nWHERE tags. = 1', 'Line 2, col 13'],
    ['SELECT * FROM tables', 'Line 1, col 15'],
    [`SELECT * FROM devices WHERE tags.a = 'x`, 'Line 1, col 40'],
    ['SELECT * FROM devices WHERE select = 1', 'Line 1, col 29'],
  ])('says where %j is wrong', (text, place) => {
    expect(() => parseQuery(text)).toThrow(place)
  })

  test.each([
    ['too long', `SELECT * FROM devices WHERE tags.a = '${'x'.repeat(8200)}'`, 'PreconditionFailed'],
    ['nested too deep', `SELECT * FROM devices WHERE ${'('.repeat(500)}a${')'.repeat(500)}`, 'ArgumentInvalid'],
  ])('is refused when %s', (_name, text, code) => {
    expect(() => parseQuery(text)).toThrow(expect.objectContaining({ code }) as Error)
  })
})
