import iothub from 'azure-iothub'
import { startHub, type Hub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../support/device.ts'
import { hubAgent } from '../hub-agent.ts'
import { officialDigitalTwins, refusalOf } from '../official-service.ts'

// Digital twins and Entra tokens through the unmodified service SDK. The titles are rows of the
// table in docs/emulator/azure-sdks.md.

let hub: Hub
let client: iothub.DigitalTwinClient

beforeAll(async () => {
  hub = await startHub({ devices: ['read', 'updated', 'stale', 'commanded'] })
  client = officialDigitalTwins(hub)
})
afterAll(() => hub.close())

describe('azure-iothub', () => {
  test('reads a digital twin with its model, components, and acknowledgments', async () => {
    await hub.updateTwin('read', {
      properties: { desired: { thermostat1: { __t: 'c', targetTemperature: 20.4 }, fan: { speed: 1 } } },
    })
    const device = await connect(hub, {
      deviceId: 'read',
      mqtt: { username: 'localhost/read/?api-version=2021-04-12&model-id=dtmi:com:example:Controller;1' },
    })
    await device.subscribe()
    const acknowledged = { value: 20.4, ac: 200, av: 2, ad: 'done' }
    await device.report({ serial: 'a1', thermostat1: { __t: 'c', targetTemperature: acknowledged, max: 25 } })
    const lastUpdateTime = expect.stringMatching(/^\d{4}-/)
    expect(await client.getDigitalTwin('read')).toEqual({
      _response: expect.anything(),
      $dtId: 'read',
      serial: 'a1',
      thermostat1: {
        targetTemperature: 20.4,
        max: 25,
        $metadata: {
          targetTemperature: {
            desiredValue: 20.4,
            desiredVersion: 2,
            ackVersion: 2,
            ackCode: 200,
            ackDescription: 'done',
            lastUpdateTime,
          },
          max: { lastUpdateTime },
        },
      },
      $metadata: {
        $model: 'dtmi:com:example:Controller;1',
        fan: { desiredValue: { speed: 1 }, desiredVersion: 2 },
        serial: { lastUpdateTime },
      },
    })
  })

  test('updates a digital twin with a JSON Patch', async () => {
    await hub.updateTwin('updated', { properties: { desired: { old: 1, tank: { __t: 'c', level: 1, unit: 'l' } } } })
    await client.updateDigitalTwin('updated', [
      { op: 'add', path: '/thermostat1/targetTemperature', value: 21.4 },
      { op: 'remove', path: '/old' },
      { op: 'replace', path: '/tank', value: { level: 2, $metadata: {} } },
      { op: 'add', path: '/fan', value: { speed: 2 } },
    ])
    const { properties } = hub.twin('updated')
    expect(properties).toMatchObject({
      desired: {
        thermostat1: { __t: 'c', targetTemperature: 21.4 },
        tank: { __t: 'c', level: 2 },
        fan: { speed: 2 },
        $version: 3,
      },
    })
    expect(properties).not.toHaveProperty('desired.old')
    expect(properties).not.toHaveProperty('desired.tank.unit')
    expect(await refusal(client.updateDigitalTwin('updated', [{ op: 'add', path: '/fan/speed', value: 3 }]))).toBe(400)
    expect(await refusal(client.updateDigitalTwin('updated', [{ op: 'move', path: '/fan', from: '/old' }]))).toBe(400)
    expect(await refusal(client.updateDigitalTwin('nobody', [{ op: 'remove', path: '/fan' }]))).toBe(404)
  })

  test('gets an error for a digital twin update with an old etag', async () => {
    const patch = [{ op: 'add', path: '/target', value: 1 }]
    const etag = (await client.getDigitalTwin('stale'))?._response.headers.get('etag') ?? ''
    await client.updateDigitalTwin('stale', patch, etag)
    expect(await refusal(client.updateDigitalTwin('stale', patch, etag))).toBe(412)
  })

  test('invokes the commands of a digital twin and of its component', async () => {
    const device = await connect(hub, { deviceId: 'commanded' })
    await device.client.subscribeAsync('$iothub/methods/POST/#')
    device.client.on('message', (topic, payload) => {
      const [, , , name, query] = topic.split('/')
      const rid = /\$rid=(.*)$/.exec(query ?? '')?.[1] ?? ''
      device.client.publish(`$iothub/methods/res/201/?$rid=${rid}`, `{"${name}":${String(payload)}}`)
    })
    const root = await client.invokeCommand('commanded', 'reboot', { delay: 3 })
    expect(root).toMatchObject({ body: { reboot: { delay: 3 } }, xMsCommandStatuscode: 201 })
    const component = await client.invokeComponentCommand('commanded', 'thermostat1', 'getReport', 'since', {
      connectTimeoutInSeconds: 5,
      responseTimeoutInSeconds: 10,
    })
    expect(component).toMatchObject({ body: { 'thermostat1*getReport': 'since' } })
    expect(await refusal(client.invokeCommand('read-nobody', 'reboot', {}))).toBe(404)
  })

  test('connects with a Microsoft Entra token (fromTokenCredential)', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const entra = (token: string): iothub.Registry => {
      const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) }
      const registry = iothub.Registry.fromTokenCredential('localhost', credential)
      const { _restApiClient: rest } = registry as unknown as { _restApiClient: { setOptions(options: object): void } }
      rest.setOptions({ http: { agent: hubAgent(hub.certificateAuthority, hub.securePort) } })
      return registry
    }
    const token = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ aud: 'https://iothubs.azure.net' })}.c2ln`
    expect((await entra(token).get('read')).responseBody.deviceId).toBe('read')
    expect(await refusalOf(entra('nonsense').get('read'))).toMatchObject({ name: 'UnauthorizedError' })
  })
})

async function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'not refused',
    (error: { statusCode?: unknown }) => error.statusCode,
  )
}
