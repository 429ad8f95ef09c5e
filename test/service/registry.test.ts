import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { deviceKeysOf } from '../../service/src/hub/device-keys.ts'
import { openRegistry, patchDesired, queryTwins, readTwin, type Registry, setTags } from '../../service/src/index.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

/** Starts a scripted hub, for responses that a well-behaved hub never sends. */
async function startScriptedHub(
  listener: RequestListener,
  options: { requestTimeoutInMs?: number } = {},
): Promise<{ registry: Registry; port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  closers.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const registry = openRegistry(
    `HostName=127.0.0.1:${port};SharedAccessKeyName=iothubowner;SharedAccessKey=bWFkZS11cA==;UseDevelopmentEmulator=true`,
    options,
  )
  return { registry, port }
}

function twin(deviceId: string): object {
  return {
    deviceId,
    etag: 'AAAAAAAAAAE=',
    tags: {},
    properties: { desired: { $version: 1 }, reported: { $version: 1 } },
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}

describe('openRegistry()', () => {
  it('openRegistry() reaches the port of a local hub, and signs for its host without the port', async () => {
    const seen: IncomingMessage[] = []
    const { registry, port } = await startScriptedHub((request, response) => {
      seen.push(request)
      response.setHeader('content-type', 'application/json').end(JSON.stringify(twin('device1')))
    })
    await expect(readTwin(registry, 'device1')).resolves.toEqual(twin('device1'))
    expect(registry.authority).toBe(`127.0.0.1:${port}`)
    expect(seen[0]?.url).toMatch(/^\/twins\/device1\?/)
    expect(seen[0]?.headers.authorization).toMatch(/^SharedAccessSignature sr=127\.0\.0\.1&/)
  })

  it('openRegistry() ends an unanswered request by its deadline', async () => {
    const { registry, port } = await startScriptedHub(() => {}, { requestTimeoutInMs: 50 })
    await expect(readTwin(registry, 'device1')).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      message: `No response from 127.0.0.1:${port} within 50 ms`,
    })
  })

  it('openRegistry() reports an unreachable hub, without the key', async () => {
    const { registry } = await startScriptedHub(() => {})
    await Promise.all(closers.splice(0).map((close) => close()))
    const error = await readTwin(registry, 'device1').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'ServiceError', code: 'ERR_UNREACHABLE' })
    expect(String(error)).not.toContain('bWFkZS11cA==')
  })
})

describe('createDevices() and deleteDevices()', () => {
  const refused = (errorCode: unknown) => ({
    isSuccessful: false,
    errors: [{ deviceId: 'b', errorCode, errorStatus: 'text' }],
    warnings: [],
  })

  it.each([
    [200, 'DeviceAlreadyExists', true],
    [400, 409001, true],
    [200, 'DeviceDefinedMultipleTimes', false],
  ])('createDevices() reads the refusals of a response %i with the code %s', async (status, code, isAlreadyDone) => {
    const { registry } = await startScriptedHub(async (request, response) => {
      const devices = (await bodyOf(request)) as { id: string; importMode: string }[]
      expect(devices.map(({ id, importMode }) => [id, importMode])).toEqual([
        ['a', 'create'],
        ['b', 'create'],
      ])
      response.statusCode = status
      response.setHeader('content-type', 'application/json').end(JSON.stringify(refused(code)))
    })
    const refusals = await registry.createDevices(['a', 'b'])
    expect(refusals).toEqual([{ deviceId: 'b', isAlreadyDone, reason: String(code) }])
  })

  it('deleteDevices() deletes for any etag, and counts a device that is gone as done', async () => {
    const { registry } = await startScriptedHub(async (request, response) => {
      expect(await bodyOf(request)).toMatchObject([{ id: 'b', importMode: 'Delete' }])
      response.setHeader('content-type', 'application/json').end(JSON.stringify(refused('DeviceNotFound')))
    })
    expect(await registry.deleteDevices(['b'])).toMatchObject([{ deviceId: 'b', isAlreadyDone: true }])
  })

  it.each([
    [200, {}, 'ERR_PROTOCOL'],
    [400, { Message: 'ErrorCode:ArgumentInvalid;no' }, 'ERR_BAD_REQUEST'],
    [429, { Message: 'ErrorCode:ThrottlingException;slow' }, 'ERR_THROTTLED'],
  ])('createDevices() rejects a response %i without a result', async (status, body, code) => {
    const { registry } = await startScriptedHub((_, response) => {
      response.statusCode = status
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    })
    await expect(registry.createDevices(['a'])).rejects.toMatchObject({ code })
  })
})

describe('patchDesired() and setTags()', () => {
  it('patchDesired() sends only a merge patch of the desired properties, for any etag', async () => {
    const { registry } = await startScriptedHub(async (request, response) => {
      expect(request.headers['if-match']).toBe('"*"')
      expect(await bodyOf(request)).toEqual({ properties: { desired: { climate: null } } })
      response.setHeader('content-type', 'application/json').end(JSON.stringify(twin('device1')))
    })
    await patchDesired(registry, 'device1', { climate: null })
  })

  it('setTags() with an outdated etag fails with ERR_CONFLICT', async () => {
    const { registry } = await startScriptedHub(async (request, response) => {
      expect(await bodyOf(request)).toEqual({ tags: { site: 'lab' } })
      response.statusCode = request.headers['if-match'] === '"AAAAAAAAAAE="' ? 412 : 200
      response.end(JSON.stringify({ Message: 'ErrorCode:PreconditionFailed;too late', ExceptionMessage: '' }))
    })
    const change = setTags(registry, 'device1', { site: 'lab' }, { etag: 'AAAAAAAAAAE=' })
    await expect(change).rejects.toMatchObject({ code: 'ERR_CONFLICT', status: 412 })
  })

  it('readTwin() refuses an empty device ID before it sends anything', async () => {
    const { registry } = await startScriptedHub(() => expect.unreachable())
    await expect(readTwin(registry, '')).rejects.toThrow(TypeError)
  })
})

describe('queryTwins()', () => {
  it('queryTwins() requests each page once, and the next only when the caller needs it', async () => {
    const requested: unknown[] = []
    const { registry } = await startScriptedHub((request, response) => {
      const page = Number(request.headers['x-ms-continuation'] ?? 0)
      requested.push([page, request.headers['x-ms-max-item-count']])
      if (page < 2) response.setHeader('x-ms-continuation', String(page + 1))
      const rows = [{ n: 2 * page }, { n: 2 * page + 1 }]
      response.setHeader('content-type', 'application/json').end(JSON.stringify(rows))
    })
    const rows = queryTwins(registry, 'SELECT * FROM devices', { pageSize: 2 })
    expect((await rows.next()).value).toEqual({ n: 0 })
    expect(requested).toEqual([[0, '2']])
    const rest: unknown[] = []
    for await (const row of rows) rest.push(row)
    expect(rest).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }])
    expect(requested).toEqual([
      [0, '2'],
      [1, '2'],
      [2, '2'],
    ])
  })
})

describe('a device ID that no URL can carry', () => {
  it.each(['', '.', '..'])('%j is refused before the registry sends a request', async (deviceId) => {
    const { registry } = await startScriptedHub((_request, response) => {
      response.setHeader('content-type', 'application/json').end('[]')
    })
    const calls = [
      registry.getTwin(deviceId),
      registry.updateTwin(deviceId, {}, '*'),
      registry.getDevice(deviceId),
      registry.createDevice(deviceId),
      registry.disableDevice(deviceId),
    ]
    const outcomes = await Promise.allSettled(calls)
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: expect.any(TypeError) as TypeError })
    await expect(deviceKeysOf(registry)(deviceId)).rejects.toMatchObject({ code: 'ERR_NO_DEVICE' })
  })
})
