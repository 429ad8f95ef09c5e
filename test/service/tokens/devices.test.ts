import { HttpRequest } from '@azure/functions'
import { openTwin, tokenCredentials, type AccessToken, type Twin } from 'hubtwin'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { parseConnectionString } from '../../../service/src/hub/connection-string.ts'
import { deviceKeysOf, openRegistry } from '../../../service/src/index.ts'
import {
  createTokenService,
  functionHandler,
  sasFromDeviceKey,
  sasFromPolicy,
  type SasSource,
} from '../../../service/src/tokens/index.ts'
import { type Fixture, useFixtures } from './fixture.ts'

const startFixture = useFixtures()
let fixture: Fixture
afterEach(() => fixture.close())

/** Signs with each device's own key. The hub exists only once the fixture runs. */
function withDeviceKeys(): Partial<Parameters<typeof startFixture>[0]> {
  let source: SasSource | undefined
  return {
    sas: (deviceId) => {
      source ??= sasFromDeviceKey({ hostName: 'localhost' }, deviceKeysOf(registry()))
      return source(deviceId)
    },
  }
}

const registry = (): ReturnType<typeof openRegistry> =>
  openRegistry(fixture.hub.connectionStrings.service({ plain: true }), { requestTimeoutInMs: 2000 })

async function connect(token: string): Promise<Twin> {
  const { hostName, deviceId, endpoint } = (await fixture.post('/api/token', { token })).body as Record<string, string>
  const credentials = tokenCredentials({ hostName: hostName ?? '', deviceId: deviceId ?? '' }, async () => {
    const { status, body } = await fixture.post('/api/token', { token })
    if (status !== 200) throw new Error(`Token service answered ${status}`)
    return body as unknown as AccessToken
  })
  const twin = openTwin(credentials, { endpoint })
  onTestFinished(() => twin.close())
  return twin
}

describe('a device without a key', () => {
  it.each([
    ["the policy's key", () => ({})],
    ["its own key in the hub's registry", withDeviceKeys],
  ])('a device without a key connects with a password from %s', async (_, options) => {
    fixture = await startFixture(options())
    const twin = await connect(await fixture.enroll('kiosk-7'))
    await twin.ready()
    await twin.report({ theme: 'dark' })
    expect(fixture.hub.twin('kiosk-7')).toMatchObject({ properties: { reported: { theme: 'dark' } } })
    expect(fixture.hub.connections().map(({ deviceId }) => deviceId)).toEqual(['kiosk-7'])
    expect(fixture.audit.at(-1)).toMatchObject({
      event: 'token',
      outcome: 'ok',
      subject: 'kiosk-7',
      deviceId: 'kiosk-7',
      address: '127.0.0.1',
    })
  })

  it("a device without a key gets a password that opens its own twin, and no other device's", async () => {
    fixture = await startFixture()
    const { password } = (await fixture.post('/api/token', { token: await fixture.enroll('kiosk-7') })).body
    const endpoint = `ws://localhost:${fixture.hub.plainPort}`
    const other = openTwin(
      tokenCredentials({ hostName: 'localhost', deviceId: 'device1' }, async () => ({
        password: String(password),
        expiresAt: Date.now() + 3_600_000,
      })),
      { endpoint, retryDelayInMs: 1 },
    )
    onTestFinished(() => other.close())
    await expect(other.ready()).rejects.toMatchObject({ code: 'ERR_UNAUTHORIZED' })
  })
})

describe('sasFromDeviceKey()', () => {
  it('sasFromDeviceKey() gives nothing to an unknown or disabled device', async () => {
    fixture = await startFixture(withDeviceKeys())
    const [ghost, token] = [await fixture.enroll('ghost'), await fixture.enroll('kiosk-7')]
    expect(await fixture.post('/api/token', { token: ghost })).toMatchObject({
      status: 403,
      body: { code: 'ERR_NO_DEVICE' },
    })
    expect((await fixture.post('/api/token', { token })).status).toBe(200)
    await registry().disableDevice('kiosk-7')
    expect(await fixture.post('/api/token', { token })).toMatchObject({ status: 403, body: { code: 'ERR_NO_DEVICE' } })
  })

  it.each([
    ['throttled', { fault: 'throttle', operation: 'rest' }],
    ['broken', { fault: 'refuse', status: 500, operation: 'rest' }],
    ['silent', { fault: 'lose', operation: 'rest' }],
  ] as const)(
    'sasFromDeviceKey() with a hub that is %s causes a 503, and works again when the hub is back',
    async (_, fault) => {
      fixture = await startFixture(withDeviceKeys())
      const token = await fixture.enroll()
      const undo = fixture.hub.faults.set(fault)
      const answer = await fixture.post('/api/token', { token })
      expect(answer).toMatchObject({ status: 503, body: { code: 'ERR_UNAVAILABLE' } })
      expect(answer.headers.get('retry-after')).toBe('5')
      undo()
      expect((await fixture.post('/api/token', { token })).status).toBe(200)
    },
  )

  it.each([0, 1.5, -1, Number.NaN])(
    'sasFromDeviceKey() and sasFromPolicy() refuse a lifetime of %d minutes',
    async (lifetimeInMinutes) => {
      fixture = await startFixture()
      const settings = { hostName: 'localhost', lifetimeInMinutes }
      expect(() => sasFromDeviceKey(settings, async () => 'bWFkZS11cA==')).toThrow(RangeError)
      expect(() => sasFromPolicy(settings, { sharedAccessKeyName: 'device', sharedAccessKey: 'bWFkZS11cA==' })).toThrow(
        RangeError,
      )
    },
  )
})

describe('createTokenService()', () => {
  it.each([
    [
      'an algorithm of a shared secret',
      {
        issuers: [{ issuer: 'a', audience: 'b', keys: new URL('http://localhost/'), algorithms: ['HS256' as 'ES256'] }],
      },
    ],
    ['no algorithm', { issuers: [{ issuer: 'a', audience: 'b', keys: new URL('http://localhost/'), algorithms: [] }] }],
    [
      'two issuers of one name',
      { issuers: ['a', 'a'].map((issuer) => ({ issuer, audience: 'b', keys: new URL('http://localhost/') })) },
    ],
    [
      'keys in the clear on another machine',
      { issuers: [{ issuer: 'a', audience: 'b', keys: new URL('http://login.example/') }] },
    ],
    ['an origin with a path', { origins: ['https://kiosk.example/'] }],
    ['any origin', { origins: ['*'] }],
  ])('createTokenService() refuses %s', async (_, options) => {
    fixture = await startFixture()
    const sas: SasSource = () => Promise.reject(new Error('never asked'))
    expect(() => createTokenService({ hub: { hostName: 'localhost' }, sas, ...options })).toThrow(TypeError)
  })

  it('createTokenService() hides the message of an internal error from the client and the log', async () => {
    const inside: unknown[] = []
    fixture = await startFixture({
      sas: () => Promise.reject(new Error(`key ${fixture.secret('bWFkZS11cC1zZWNyZXQ=')} is broken`)),
      onFailure: (fault) => inside.push(fault),
    })
    const answer = await fixture.post('/api/token', { token: await fixture.enroll() })
    expect(answer).toMatchObject({ status: 500, body: { code: 'ERR_INTERNAL', detail: 'The service failed' } })
    expect(fixture.audit.at(-1)).toMatchObject({ outcome: 'ERR_INTERNAL', reason: 'Error' })
    expect(inside).toHaveLength(1)
  })

  it('createTokenService() without an enrollment has none of its paths', async () => {
    fixture = await startFixture({ enrollment: undefined })
    for (const [method, path] of [
      ['POST', '/api/enroll'],
      ['POST', '/api/renew'],
      ['GET', '/.well-known/jwks.json'],
    ] as const)
      expect((await fixture.post(path, { method })).status).toBe(404)
  })
})

describe('functionHandler()', () => {
  it("functionHandler() serves an HTTP trigger of Azure Functions, with the trigger's own request", async () => {
    fixture = await startFixture()
    const addresses: unknown[] = []
    const handle = functionHandler(
      createTokenService({
        hub: { hostName: 'localhost' },
        sas: sasFromPolicy(
          { hostName: 'localhost' },
          parseConnectionString(fixture.hub.connectionStrings.service({ policyName: 'device' })),
        ),
        enrollment: fixture.enrollment,
        origins: ['https://kiosk.example'],
        audit: ({ address }) => addresses.push(address),
      }),
    )
    const ask = async (path: string, body: string | undefined, headers: Record<string, string> = {}, method = 'POST') =>
      handle(
        new HttpRequest({
          method,
          url: `https://fleet.azurewebsites.net${path}`,
          ...(body !== undefined && { body: { string: body } }),
          headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.7:51234', ...headers },
        }),
      )
    const { code } = await fixture.enrollment.codes.make('device1', 60)
    const page = { origin: 'https://kiosk.example', 'content-type': 'application/json' }
    const enrolled = await ask('/api/enroll', JSON.stringify({ code, cookie: true }), page)
    expect(enrolled.status).toBe(201)
    const cookie = /^(__Host-hubtwin=[^;]+);.*Secure/.exec(enrolled.headers.get('set-cookie') ?? '')?.[1] ?? ''
    const answer = await ask('/api/token', '{}', { ...page, cookie })
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { deviceId: 'device1' }])
    expect((await ask('/api/token', undefined)).status).toBe(401)
    expect((await ask('/api/token', undefined, {}, 'GET')).status).toBe(405)
    expect(new Set(addresses)).toEqual(new Set(['203.0.113.7']))
  })
})
