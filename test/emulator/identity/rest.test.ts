import { describe, expect } from 'vitest'
import { connect, connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { keyOf, token } from '../../support/sas-token.ts'
import { registryOf } from '../../support/service-sdk.ts'

const test = hubTest().extend('registry', ({ hub }) => registryOf(hub))

describe('azure-iothub Registry', () => {
  test('creates, gets, lists, updates, and deletes devices', async () => {
    const registry = registryOf(await start())
    const created = (await registry.create({ deviceId: 'dev#1+%' })).responseBody
    const key = created.authentication?.symmetricKey?.primaryKey ?? ''
    expect(Buffer.from(key, 'base64')).toHaveLength(32)
    expect(created).toMatchObject({ status: 'enabled', connectionState: 'Disconnected' })
    await expect(registry.create({ deviceId: 'dev#1+%' })).rejects.toMatchObject({ name: 'DeviceAlreadyExistsError' })

    const updated = (await registry.update({ deviceId: 'dev#1+%', status: 'disabled', statusReason: 'broken' }))
      .responseBody
    expect(updated).toMatchObject({ status: 'disabled', statusReason: 'broken' })
    expect(updated.authentication?.symmetricKey?.primaryKey).toBe(key)
    expect((await registry.get('dev#1+%')).responseBody.status).toBe('disabled')
    expect((await registry.list()).responseBody.map(({ deviceId }) => deviceId)).toEqual(['dev#1+%', 'device1'])
    expect((await registry.getRegistryStatistics()).responseBody).toEqual({
      totalDeviceCount: 2,
      enabledDeviceCount: 1,
      disabledDeviceCount: 1,
    })
    await registry.delete('dev#1+%')
    await expect(registry.get('dev#1+%')).rejects.toMatchObject({ name: 'DeviceNotFoundError' })
  })

  test('keeps modules and their twins', async ({ deviceId, registry }) => {
    await registry.addModule({ deviceId, moduleId: 'm1' })
    expect((await registry.getModulesOnDevice(deviceId)).responseBody).toMatchObject([{ moduleId: 'm1' }])
    await registry.updateModuleTwin(deviceId, 'm1', { properties: { desired: { a: 1 } } }, '*')
    const { responseBody: twin } = await registry.getModuleTwin(deviceId, 'm1')
    expect(twin).toMatchObject({ deviceId, moduleId: 'm1', properties: { desired: { a: 1, $version: 2 } } })
    await registry.removeModule(deviceId, 'm1')
    await expect(registry.getModule(deviceId, 'm1')).rejects.toThrow('Not found')
    await registry.addModule({ deviceId, moduleId: 'm2' })
    await registry.delete(deviceId)
    await registry.create({ deviceId })
    expect((await registry.getModulesOnDevice(deviceId)).responseBody).toEqual([])
  })

  test('reads and patches twins, and gets an error for a stale etag', async ({ deviceId, registry }) => {
    const { responseBody: twin } = await registry.getTwin(deviceId)
    expect(twin).toMatchObject({
      etag: 'AAAAAAAAAAE=',
      version: 2,
      connectionState: 'Disconnected',
      authenticationType: 'sas',
    })
    const other = (await registry.getTwin(deviceId)).responseBody
    await twin.update({ tags: { floor: 3 }, properties: { desired: { a: 1 } } })
    expect(twin).toMatchObject({ etag: 'AAAAAAAAAAI=', tags: { floor: 3 } })
    await expect(other.update({ tags: { floor: 4 } })).rejects.toMatchObject({ name: 'InvalidEtagError' })
    await registry.updateTwin(deviceId, { tags: { floor: null } }, '*')
    expect((await registry.getTwin(deviceId)).responseBody.tags).toEqual({})
    await expect(registry.updateTwin(deviceId, { tags: { 'a.b': 1 } }, '*')).rejects.toMatchObject({
      name: 'ArgumentError',
    })
    await expect(registry.getTwin('nobody')).rejects.toMatchObject({ name: 'DeviceNotFoundError' })
  })

  test('sees the connection state and the reported properties of a device', async () => {
    const hub = await start()
    const registry = registryOf(hub)
    const device = await connectSubscribed(hub)
    await device.report({ a: 1 })
    const { responseBody: twin } = await registry.getTwin('device1')
    expect(twin).toMatchObject({ connectionState: 'Connected', properties: { reported: { a: 1, $version: 2 } } })
    expect((await rest(hub, 'GET', '/statistics/service')).body).toEqual({ connectedDeviceCount: 1 })
  })

  test('finds twins by a query, page by page', async ({ registry }) => {
    const ids = Array.from({ length: 25 }, (_, at) => `d${String(at).padStart(2, '0')}`)
    await registry.addDevices(ids.map((deviceId) => ({ deviceId })))
    await registry.updateTwin('d03', { tags: { floor: 3 } }, '*')
    const query = registry.createQuery(
      "SELECT * FROM devices WHERE STARTSWITH(deviceId, 'd') AND deviceId != 'device1'",
      10,
    )
    const pages: number[] = []
    const found: string[] = []
    while (query.hasMoreResults) {
      const page = (await query.nextAsTwin()).result
      pages.push(page.length)
      found.push(...page.map(({ deviceId }) => deviceId))
    }
    expect([pages, found]).toEqual([[10, 10, 5], ids])
    const one = (await registry.createQuery('SELECT * FROM devices WHERE tags.floor >= 3').nextAsTwin()).result
    expect(one.map(({ deviceId }) => deviceId)).toEqual(['d03'])
    await expect(registry.createQuery('SELECT nonsense').nextAsTwin()).rejects.toMatchObject({ name: 'ArgumentError' })
  })

  test('gets the problem with its token', async ({ hub, deviceId }) => {
    const wrong = registryOf({
      ...hub,
      connectionStrings: { ...hub.connectionStrings, service: () => 'SharedAccessKey=AAAA' },
    })
    await expect(wrong.get(deviceId)).rejects.toMatchObject({ name: 'UnauthorizedError' })
  })
})

describe('REST', () => {
  test('replaces tags and desired properties by PUT, and notifies the device of removed keys', async ({
    hub,
    deviceId,
  }) => {
    const device = await connectSubscribed(hub, { deviceId })
    await hub.updateTwin(deviceId, { tags: { x: 1 }, properties: { desired: { a: 1, b: { c: 1 } } } })
    await device.next()
    const whole = hub.twin(deviceId)
    const { status, body } = await rest(hub, 'PUT', `/twins/${deviceId}`, {
      body: { ...whole, tags: { y: 1 }, properties: { desired: { b: { d: 2 }, $version: 2 } } },
      headers: { 'if-match': JSON.stringify(whole['etag']) },
    })
    expect([status, body['tags']]).toEqual([200, { y: 1 }])
    expect((await device.next()).body).toBe('{"b":{"d":2,"c":null},"a":null,"$version":3}')
    const stale = await rest(hub, 'PUT', `/twins/${deviceId}`, { body: {}, headers: { 'if-match': '"AAAAAAAAAAE="' } })
    expect(stale.status).toBe(412)
  })

  test('answers with JSON, an error code in a header, and both forms of the body', async ({ hub }) => {
    const { status, headers, body } = await rest(hub, 'GET', '/twins/nobody')
    expect(status).toBe(404)
    expect(headers.get('iothub-errorcode')).toBe('DeviceNotFound')
    expect(headers.get('content-type')).toContain('application/json')
    expect(body).toMatchObject({ errorCode: 404001 })
    expect(body['Message']).toMatch(/^ErrorCode:DeviceNotFound;[^;]+$/)
    expect(body['ExceptionMessage']).toMatch(
      /^Tracking ID:[0-9a-f]{32}-G:0-TimeStamp:\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/,
    )
  })

  test('refuses a token that is not valid for the hub', async ({ hub, deviceId }) => {
    const owner = keyOf(hub.connectionStrings.service())
    const past = Math.floor(Date.now() / 1000) - 1
    const refused = [
      'nonsense',
      '',
      token('localhost', owner),
      token('localhost', owner, { policyName: 'service' }),
      token('localhost', owner, { policyName: 'iothubowner', expiry: past }),
      token('elsewhere', owner, { policyName: 'iothubowner' }),
      token(`localhost/devices/${deviceId}`, owner, { policyName: 'iothubowner' }),
      token('localhost', keyOf(hub.connectionStrings.device(deviceId)), { policyName: 'iothubowner' }),
    ]
    for (const authorization of refused) {
      for (const path of [`/twins/${deviceId}`, `/devices/${deviceId}`, '/statistics/devices']) {
        expect((await rest(hub, 'GET', path, { authorization })).status).toBe(401)
      }
    }
  })

  test('accepts a signature with an unescaped slash or equals sign, and refuses one with an unescaped plus', async ({
    hub,
    deviceId,
  }) => {
    const owner = keyOf(hub.connectionStrings.service())
    const nextHour = Math.floor(Date.now() / 1000) + 3600
    /** Returns the first token, by expiry, whose signature has only one of the two characters. */
    const signedWith = (sign: string, other: string): string =>
      Array.from({ length: 1000 }, (_, at) =>
        token('localhost', owner, { policyName: 'iothubowner', expiry: nextHour + at }),
      ).find((text) => text.includes(sign) && !text.includes(other)) ?? ''
    const slash = signedWith('%2F', '%2B').replaceAll('%2F', '/')
    const plus = signedWith('%2B', '%2F').replaceAll('%2B', '+')
    const status = async (authorization: string): Promise<number> =>
      (await rest(hub, 'GET', `/twins/${deviceId}`, { authorization })).status
    // The Python service SDK writes tokens this way: urllib.parse.quote keeps the slash.
    expect(await status(slash)).toBe(200)
    expect(await status(slash.replace('%3D', '='))).toBe(200)
    expect(await status(plus.replaceAll('+', '%2B'))).toBe(200)
    expect(await status(plus)).toBe(401)
  })

  const bad: [method: string, path: string, body: unknown, status: number][] = [
    ['PATCH', '/twins/device1', '{', 400],
    ['PATCH', '/twins/device1', '', 400],
    ['PATCH', '/twins/device1', [], 400],
    ['PATCH', '/twins/device1', 'null', 400],
    ['PATCH', '/twins/device1', { tags: 5 }, 400],
    ['PATCH', '/twins/device1', { properties: [] }, 400],
    ['PATCH', '/twins/device1', { properties: { desired: 'x' } }, 400],
    ['PATCH', '/twins/device1', { properties: { desired: { $x: 1 } } }, 400],
    ['PATCH', '/twins/device1', `{"tags":${'['.repeat(200000)}${']'.repeat(200000)}}`, 400],
    ['PATCH', '/twins/device1', `{"tags":{"a":${'{"a":'.repeat(100000)}1${'}'.repeat(100000)}}}`, 400],
    ['PATCH', '/twins/device1', 'x'.repeat(2_000_000), 413],
    ['PUT', '/twins/device1', 'null', 400],
    ['GET', '/twins/%zz', undefined, 404],
    ['GET', '/twins/device1%2Fm1', undefined, 404],
    ['GET', '/twins/__proto__', undefined, 404],
    ['GET', '/nowhere', undefined, 404],
    ['PUT', '/devices/a%20b', {}, 400],
    ['PUT', '/devices/a%2Fb', {}, 404],
    ['PUT', `/devices/${'a'.repeat(129)}`, {}, 400],
    ['POST', '/devices', [{ id: '.', importMode: 'create' }], 400],
    ['POST', '/devices', [{ id: 'device1', moduleId: '..', importMode: 'create' }], 400],
    ['PUT', '/devices/x', [], 400],
    ['PUT', '/devices/x', { deviceId: 'y' }, 400],
    ['PUT', '/devices/x', { status: 'asleep' }, 400],
    ['PUT', '/devices/x', { authentication: 5 }, 400],
    ['PUT', '/devices/x', { authentication: { type: 'magic' } }, 400],
    ['PUT', '/devices/x', { authentication: { symmetricKey: { primaryKey: 'not base64!' } } }, 400],
    ['PUT', '/devices/nobody/modules/m', {}, 404],
    ['POST', '/devices', {}, 400],
    ['POST', '/devices', Array.from({ length: 101 }, (_, at) => ({ id: `n${at}` })), 400],
    ['POST', '/devices', [], 400],
    ['POST', '/devices', [{ id: 'a', importMode: 'explode' }], 400],
    ['POST', '/devices/query', {}, 400],
    ['POST', '/devices/query', { query: 5 }, 400],
    ['GET', '/devices?top=x', undefined, 400],
    ['DELETE', '/devices/nobody', undefined, 404],
  ]

  test.for(bad)('%s %s with a bad request is never a 500', async ([method, path, body, status], { hub }) => {
    const answer = await rest(hub, method, path, { body })
    expect(answer.status).toBe(status)
    expect(answer.body['errorCode'] ?? answer.body['errors']).toBeTruthy()
  })

  test('refuses a foreign continuation token and an invalid page size', async ({ hub }) => {
    const body = { query: 'SELECT * FROM devices' }
    for (const headers of [{ 'x-ms-continuation': 'abc' }, { 'x-ms-max-item-count': '-1' }]) {
      expect((await rest(hub, 'POST', '/devices/query', { body, headers })).status).toBe(400)
    }
    const page = await rest(hub, 'POST', '/devices/query', { body })
    expect([page.headers.get('x-ms-item-type'), page.headers.get('x-ms-continuation')]).toEqual(['Twin', null])
  })

  test('keeps a connection after a failed write of its device', async ({ hub, deviceId }) => {
    const device = await connect(hub, { deviceId })
    await rest(hub, 'PUT', `/devices/${deviceId}`, { body: {}, headers: { 'if-match': '"stale"' } })
    await device.subscribe()
    expect((await device.get()).topic).toContain('res/200')
  })
})

describe('api-version', () => {
  test.for([
    '',
    '?api-version=',
    '?api-version=2099-01-01',
    '?api-version=2021-04-12-preview',
    '?Api-Version=2021-04-12',
  ])('missing or unknown in an address that ends with %j is a 400', async (end, { hub, deviceId }) => {
    const { http } = hub.endpoints
    const key = keyOf(hub.connectionStrings.service())
    const authorization = token('localhost', key, { policyName: 'iothubowner' })
    const answer = await fetch(`${http}/twins/${deviceId}${end}`, { headers: { authorization } })
    expect([answer.status, answer.headers.get('iothub-errorcode')]).toEqual([400, 'InvalidProtocolVersion'])
    expect(await answer.json()).toMatchObject({ errorCode: 400001 })
  })

  test.for(['2016-11-14', '2018-06-30', '2019-10-01', '2020-03-13', '2020-09-30', '2021-04-12'])(
    'may be %s, which a client of Microsoft sends',
    async (version, { hub, deviceId }) => {
      expect((await rest(hub, 'GET', `/twins/${deviceId}?api-version=${version}`)).status).toBe(200)
    },
  )
})
