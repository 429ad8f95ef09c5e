import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { matches } from '../../../../emulator/src/query/evaluate.ts'
import { parseCondition, parseQuery } from '../../../../emulator/src/query/parse-query.ts'
import { allRows, project } from '../../../../emulator/src/query/rows.ts'

const twin = JSON.parse(`{
  "deviceId": "device1", "status": "enabled", "connectionState": "Connected",
  "tags": { "group": "a", "order": 1, "floor": 3, "name": "O'Neil", "in-use": true, "__proto__": { "x": 1 } },
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
    `devices.tags.floor = 3`,
    `tags.[[in-use]] = true AND is_defined([[tags]].[[floor]])`,
    `tags.floor + 1 = 4 AND tags.floor - 1 = 2 AND -tags.floor = -3`,
    `1 + tags.floor * 2 % 4 - 4 / 2 = 1`,
    `(1 + tags.floor) * 2 = 8`,
    `tags.floor = 0x3`,
    `tags.name = 'O\\'Neil' AND tags.name = 'O\\u0027Neil'`,
    `"(((" != ')'`,
    `IS_DEFINED(tags.floor) And tags.floor In [3]`,
    `tags.floor IN [] OR true`,
    `tags.null-free = undefined OR properties.desired.$version = 4`,
    `DEVICEID = 'device1' AND Tags.floor = 3`,
    `Properties.Desired.$Version = 4 AND devices.ConnectionState = 'Connected'`,
    `[[DeviceId]] = 'device1'`,
    `STARTSWITH(devices.deviceId, 'dev')`,
    `startswith(tags.name, "O'") AND EndsWith(tags.name, 'Neil')`,
    `NOT ENDSWITH(deviceId, '2')`,
    `tags.[[group]] = 'a' AND tags['order'] = 1`,
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
    `tags.FLOOR = 3`,
    `tags.name = 'o''neil'`,
    `tags.floor`,
    `NOT tags.floor`,
    `tags.floor / 0 = tags.floor / 0`,
    `tags.name + 1 = tags.name + 1`,
    `undefined = undefined`,
    `tags.floor IN []`,
    `is_defined(properties.hasOwnProperty)`,
    `tags = tags`,
    `properties.desired.ON = false`,
    `STARTSWITH(tags.floor, '3')`,
    `NOT STARTSWITH(tags.missing, 'x')`,
    `ENDSWITH(deviceId, 'DEVICE1')`,
  ])('does not find by %s', (where) => {
    expect(finds(where)).toBe(false)
  })

  test('reads devices and modules', () => {
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
    ['SELECT * FROM tables', 'there is no collection tables'],
    ['SELECT TOP * FROM devices', 'Line 1, col 12: expected a whole number'],
    ['SELECT TOP 1.5 * FROM devices', 'Line 1, col 13'],
    ['SELECT * FROM devices WHERE starts_with(deviceId, "a")', 'col 29: there is no function starts_with'],
    ['SELECT * FROM devices WHERE is_defined(1)', 'col 29: is_defined takes one property'],
    ['SELECT * FROM devices WHERE is_defined(tags.a, tags.b)', 'col 29: is_defined takes one property'],
    ['SELECT median(tags.a) FROM devices', 'col 8: there is no function median'],
    ['SELECT sum() FROM devices', 'col 8: sum takes one property'],
    ['SELECT count(tags.a) FROM devices', 'col 8: count takes no property'],
    ['SELECT * FROM devices GROUP BY tags.a', 'SELECT * cannot have GROUP BY'],
    ['SELECT tags.b, count() FROM devices GROUP BY tags.a', 'b is neither an aggregate nor in GROUP BY'],
    ['SELECT deviceId, count() FROM devices', 'deviceId is neither an aggregate nor in GROUP BY'],
    ['SELECT count() AS n FROM devices ORDER BY tags.a', 'ORDER BY tags.a is not a column'],
    ['SELECT tags.a, properties.desired.a FROM devices', 'two columns have the name a'],
    ['SELECT status FROM devices.jobs', 'devices.jobs must have SELECT *'],
    ['SELECT * FROM devices WHERE tags.a = 1 ORDER tags.a', 'Line 1, col 46'],
    ['SELECT * FROM devices WHERE endswith(deviceId)', 'col 29: endswith takes two texts'],
    ['SELECT * FROM devices WHERE tags.group = 1', 'col 34: group is a reserved word; write [[group]] for the name'],
    ['SELECT tags.a AS Order FROM devices', 'col 18: Order is a reserved word'],
    [`SELECT * FROM devices ORDER BY ${'deviceId, '.repeat(10)}etag`, 'ORDER BY names 11 properties; at most 10'],
    [`SELECT count() FROM devices GROUP BY ${'etag, '.repeat(10)}etag`, 'GROUP BY names 11 properties; at most 10'],
    [`SELECT ${'etag, '.repeat(100)}etag FROM devices`, 'SELECT names 101 properties; at most 100'],
    ['SELECT * FROM devices; SELECT * FROM devices', 'Line 1, col 22'],
  ])('says where %j is wrong', (text, place) => {
    expect(() => parseQuery(text)).toThrow(place)
  })

  test.each([
    ['too long', `SELECT * FROM devices WHERE tags.a = '${'x'.repeat(8200)}'`, 'PreconditionFailed'],
    ['nested and broken', `SELECT * FROM devices WHERE ${'('.repeat(30)}a`, 'ArgumentInvalid'],
    ['negated too often', `SELECT * FROM devices WHERE ${'not '.repeat(500)}a`, 'ArgumentInvalid'],
    ['nested too deep', `SELECT * FROM devices WHERE ${'('.repeat(500)}a${')'.repeat(500)}`, 'ArgumentInvalid'],
  ])('is refused when %s', (_name, text, code) => {
    expect(() => parseQuery(text)).toThrow(expect.objectContaining({ code }) as Error)
  })

  test('can be parsed from a condition, or from a star for everything', () => {
    expect(parseCondition(' * ')).toBeUndefined()
    expect(matches(parseCondition('tags.floor = 3'), twin)).toBe(true)
    expect(() => parseCondition('')).toThrow('Line 1, col 1')
    expect(() => parseCondition('tags.a = 1 GROUP BY tags.a')).toThrow('Line 1, col 12')
  })
})

const twins = [
  ['d1', { floor: 1, kind: 'lamp', watt: 5 }],
  ['d2', { floor: 2, kind: 'lamp', watt: 7 }],
  ['d3', { floor: 1, kind: 'door' }],
  ['d4', { floor: null, kind: 'lamp', watt: 'much' }],
  ['d5', {}],
].map(([deviceId, tags]) => ({ deviceId, tags }) as JsonObject)

describe('the rows of a query', () => {
  const rows = (text: string): JsonObject[] => allRows(parseQuery(text), twins)

  test('show properties under their aliases or names, and omit missing properties', () => {
    const query = parseQuery('SELECT deviceId, tags.kind AS kind, tags.watt FROM devices')
    expect(twins.slice(2).map((each) => project(query, each))).toEqual([
      { deviceId: 'd3', kind: 'door' },
      { deviceId: 'd4', kind: 'lamp', watt: 'much' },
      { deviceId: 'd5' },
    ])
  })

  test("spell the hub's own names as its documents do, in any spelling of the query", () => {
    const document = { deviceId: 'd1', status: 'enabled', statusUpdateTime: 't', capabilities: { iotEdge: true } }
    const show = (text: string): JsonObject => project(parseQuery(text), document)
    expect(show('SELECT DeviceId, STATUS, Capabilities.IoTEdge, statusupdatetime FROM devices')).toEqual({
      deviceId: 'd1',
      status: 'enabled',
      iotEdge: true,
      statusUpdateTime: 't',
    })
    expect(show('SELECT statusUpdatedTime, deviceid AS Id FROM devices')).toEqual({ statusUpdatedTime: 't', Id: 'd1' })
  })

  test("group and sort by the hub's own names in any spelling", () => {
    const text = 'SELECT DeviceID, count() AS N FROM devices GROUP BY deviceId ORDER BY DEVICEID DESC, n'
    expect(rows(text).map(({ deviceId }) => deviceId)).toEqual(['d5', 'd4', 'd3', 'd2', 'd1'])
  })

  test('are plain objects, whatever the name of a column', () => {
    const row = project(parseQuery('SELECT deviceId AS __proto__, tags.toString FROM devices'), twins[0] as JsonObject)
    expect([Object.keys(row), Object.getPrototypeOf(row)]).toEqual([['__proto__'], Object.prototype])
  })

  test('can be counted and summed', () => {
    expect(
      rows(
        'SELECT COUNT() AS n, sum(tags.watt) AS sum, avg(tags.watt) AS avg, min(tags.floor) AS min, max(tags.kind) AS max FROM devices',
      ),
    ).toEqual([{ n: 5, sum: 12, avg: 6, min: 1, max: 'lamp' }])
    expect(allRows(parseQuery('SELECT count(*), sum(tags.a) FROM devices'), [])).toEqual([{ $1: 0 }])
  })

  test('can be grouped, with separate groups for a missing value and null', () => {
    expect(rows('SELECT tags.floor AS floor, COUNT() AS n FROM devices GROUP BY tags.floor')).toEqual([
      { floor: 1, n: 2 },
      { floor: 2, n: 1 },
      { floor: null, n: 1 },
      { n: 1 },
    ])
    expect(rows('SELECT count() AS n FROM devices GROUP BY tags.kind, tags.floor ORDER BY n DESC')).toHaveLength(5)
    expect(allRows(parseQuery('SELECT count() AS n FROM devices GROUP BY tags.a'), [])).toEqual([])
  })

  test('can be sorted by several properties, by type first', () => {
    const ids = (text: string): unknown[] => rows(text).map(({ deviceId }) => deviceId)
    expect(ids('SELECT * FROM devices ORDER BY tags.floor, deviceId DESC')).toEqual(['d5', 'd4', 'd3', 'd1', 'd2'])
    expect(ids('SELECT * FROM devices ORDER BY tags.watt DESC')).toEqual(['d4', 'd2', 'd1', 'd3', 'd5'])
    expect(rows('SELECT tags.kind, count() AS n FROM devices GROUP BY tags.kind ORDER BY tags.kind desc')).toEqual([
      { kind: 'lamp', n: 3 },
      { kind: 'door', n: 1 },
      { n: 1 },
    ])
  })
})
