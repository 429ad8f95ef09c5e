import type { Registry } from 'azure-iothub'
import { describe, expect } from 'vitest'
import type { Hub } from '../../../emulator/src/index.ts'
import { type RestAnswer, rest } from '../../support/rest.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { registryOf } from '../../support/service-sdk.ts'

const test = hubTest().extend('registry', ({ hub }) => registryOf(hub))

/** Adds twelve devices with tags. */
async function addDevices(hub: Hub): Promise<Registry> {
  const registry = registryOf(hub)
  const devices = Array.from({ length: 12 }, (_, at) => ({ deviceId: `d${String(at).padStart(2, '0')}` }))
  await registry.addDevices(devices)
  await Promise.all(
    devices.map(({ deviceId }, at) =>
      hub.updateTwin(deviceId, { tags: { floor: at % 5, kind: at % 2 === 0 ? 'lamp' : 'door' } }),
    ),
  )
  return registry
}

test.beforeAll(async ({ hub }) => {
  await addDevices(hub)
})

/** Returns all pages of a query, as azure-iothub gets them. */
async function pages(registry: Registry, text: string, pageSize: number): Promise<unknown[][]> {
  const query = registry.createQuery(text, pageSize)
  const found: unknown[][] = []
  while (query.hasMoreResults) {
    const { result } = await query.next(query.continuationToken)
    found.push(result as unknown[])
  }
  return found
}

function ask(hub: Hub, query: string, headers: Record<string, string> = {}): Promise<RestAnswer> {
  return rest(hub, 'POST', '/devices/query', { body: { query }, headers })
}

describe('azure-iothub Query', () => {
  test('returns properties, page by page', async ({ registry }) => {
    const found = await pages(registry, "SELECT deviceId AS id, tags.floor FROM devices WHERE tags.kind = 'lamp'", 4)
    expect(found).toEqual([
      [
        { id: 'd00', floor: 0 },
        { id: 'd02', floor: 2 },
        { id: 'd04', floor: 4 },
        { id: 'd06', floor: 1 },
      ],
      [
        { id: 'd08', floor: 3 },
        { id: 'd10', floor: 0 },
      ],
    ])
  })

  test('groups, sorts, and limits, page by page', async ({ registry }) => {
    const counted =
      'SELECT tags.floor AS floor, count() AS n FROM devices WHERE is_defined(tags.floor) GROUP BY tags.floor'
    expect((await pages(registry, `${counted} ORDER BY n DESC, floor DESC`, 3)).flat()).toEqual(
      [1, 0, 4, 3, 2].map((floor) => ({ floor, n: floor < 2 ? 3 : 2 })),
    )
    const top = await pages(registry, 'SELECT TOP 5 deviceId FROM devices ORDER BY deviceId DESC', 2)
    expect(top.map((page) => page.map((row) => (row as { deviceId: string }).deviceId))).toEqual([
      ['device1', 'd11'],
      ['d10', 'd09'],
      ['d08'],
    ])
    expect((await pages(registry, 'SELECT TOP 5 * FROM devices', 3)).map(({ length }) => length)).toEqual([3, 2])
    expect((await pages(registry, 'SELECT TOP 4 * FROM devices', 2)).map(({ length }) => length)).toEqual([2, 2])
    expect(await pages(registry, 'SELECT count() AS n FROM devices', 1)).toEqual([[{ n: 13 }]])
  })

  test('lists devices as Azure IoT Explorer does', async ({ registry }) => {
    const columns = [
      ...['deviceId as DeviceId', 'status as Status', 'statusUpdatedTime as StatusUpdatedTime'],
      ...['capabilities.iotEdge as IotEdge', 'modelId as ModelId'],
    ].join(', ')
    expect(
      await pages(registry, `SELECT ${columns} FROM devices WHERE STARTSWITH(devices.deviceId, 'd0')`, 100),
    ).toMatchObject([
      Array.from({ length: 10 }, (_, at) => ({
        DeviceId: `d0${at}`,
        Status: 'enabled',
        StatusUpdatedTime: '0001-01-01T00:00:00Z',
        IotEdge: false,
      })),
    ])
  })

  test('queries modules', async ({ registry }) => {
    await registry.addModule({ deviceId: 'd01', moduleId: 'm' })
    await registry.updateModuleTwin('d01', 'm', { properties: { desired: { speed: 3 } } }, '*')
    const found = await pages(
      registry,
      "SELECT * FROM devices.modules WHERE deviceId IN ['d01'] AND properties.desired.speed > 2",
      5,
    )
    expect(found).toMatchObject([[{ deviceId: 'd01', moduleId: 'm' }]])
    expect(await pages(registry, "SELECT count() AS n FROM devices.modules WHERE moduleId != 'm'", 5)).toEqual([
      [{ n: 0 }],
    ])
  })

  test('returns only the devices that a condition names, in the same order', async () => {
    const hub = await start()
    const registry = await addDevices(hub)
    const names = "['d07', 'nobody', 'd03', 'd11']"
    expect((await pages(registry, `SELECT deviceId FROM devices WHERE deviceId IN ${names}`, 2)).flat()).toEqual([
      { deviceId: 'd03' },
      { deviceId: 'd07' },
      { deviceId: 'd11' },
    ])
    expect(
      await pages(registry, "SELECT deviceId FROM devices WHERE tags.kind = 'lamp' AND deviceId = 'd03'", 2),
    ).toEqual([[]])
    await registry.addDevices([{ deviceId: 'd01-a' }])
    for (const [deviceId, moduleId] of [
      ['d01', 'm'],
      ['d01', 'n'],
      ['d01-a', 'm'],
      ['d02', 'm'],
    ] as const) {
      await registry.addModule({ deviceId, moduleId })
    }
    const modules = "SELECT deviceId, moduleId FROM devices.modules WHERE deviceId = 'd01' OR 'd01-a' = deviceId"
    expect((await pages(registry, modules, 1)).flat()).toEqual([
      { deviceId: 'd01-a', moduleId: 'm' },
      { deviceId: 'd01', moduleId: 'm' },
      { deviceId: 'd01', moduleId: 'n' },
    ])
  })

  test('gets the problem with a query and its location', async ({ registry }) => {
    const query = registry.createQuery('SELECT *\nFROM tables')
    await expect(query.nextAsTwin()).rejects.toMatchObject({
      name: 'ArgumentError',
      message: expect.stringContaining('Line 2, col 6: there is no collection tables') as string,
    })
  })
})

describe('POST /devices/query', () => {
  test('returns the type of the items', async ({ hub }) => {
    const types = [
      ['SELECT * FROM devices', 'Twin'],
      ['SELECT * FROM devices.modules', 'Twin'],
      ['SELECT * FROM devices.jobs', 'DeviceJob'],
      ['SELECT deviceId FROM devices', 'Raw'],
      ['SELECT count() AS n FROM devices', 'Raw'],
    ]
    for (const [query = '', type] of types) expect((await ask(hub, query)).headers.get('x-ms-item-type')).toBe(type)
  })

  test('returns at most 100 items, or the requested lower number', async () => {
    const hub = await start()
    const registry = await addDevices(hub)
    const more = Array.from({ length: 100 }, (_, at) => ({ deviceId: `more${at}` }))
    await registry.addDevices(more)
    expect((await ask(hub, 'SELECT * FROM devices', { 'x-ms-max-item-count': '1000' })).body).toHaveLength(100)
    expect((await ask(hub, 'SELECT * FROM devices', { 'x-ms-max-item-count': '7' })).body).toHaveLength(7)
    for (const count of ['0', '-1', '1.5', 'many', '99999999999']) {
      expect((await ask(hub, 'SELECT * FROM devices', { 'x-ms-max-item-count': count })).status).toBe(400)
    }
  })

  test('accepts a continuation token only with its own query', async ({ hub }) => {
    const query = 'SELECT * FROM devices'
    const token = (await ask(hub, query, { 'x-ms-max-item-count': '2' })).headers.get('x-ms-continuation') ?? ''
    expect((await ask(hub, query, { 'x-ms-continuation': token })).body).toHaveLength(11)
    const parts = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[]
    const forged = [
      'abc',
      'null',
      `${token}x`,
      ...[[parts[0]], [parts[0], null], [parts[0], -1], [parts[0], 'a', 1.5], [parts[0], {}], {}, 5].map((value) =>
        Buffer.from(JSON.stringify(value)).toString('base64url'),
      ),
    ]
    for (const each of forged) {
      const { status, body } = await ask(hub, query, { 'x-ms-continuation': each })
      expect([each, status, body['errorCode']]).toEqual([each, 400, 400004])
    }
    expect((await ask(hub, `${query} `, { 'x-ms-continuation': token })).status).toBe(400)
  })
})
