import { startHub, type Hub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createRecording, until } from '../../contract/suite/waits.ts'
import { leadPort8883To, officialClient, officialReport, type OfficialMessage } from '../official-device.ts'
import { sasToken } from '../sas-token.ts'
import { eventsOf, happened, isConnected, officialFor, openOfficial, subscribed, transports } from './transports.ts'

// Connections and twins of the unmodified device SDK. The titles are rows of the table in
// docs/emulator/azure-sdks.md.

let hub: Hub

beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.close())

describe.each(transports)('azure-iot-device over %s', (_name, transport) => {
  const id = (name: string): string => `${name}-${transport.name}`

  async function device(name: string): Promise<string> {
    await hub.createDevice(id(name))
    return id(name)
  }

  test('connects with a key, then closes', async () => {
    const deviceId = await device('key')
    const client = await openOfficial(hub, transport, { deviceId })
    expect(isConnected(hub, deviceId)).toBe(true)
    await client.close()
    await until('the hub has lost it', async () => !isConnected(hub, deviceId))
  })

  test('connects with a shared access signature, then with another', async () => {
    const deviceId = await device('signature')
    if (transport.name === 'Mqtt') onTestFinished(leadPort8883To(hub.mqttPort))
    const withKey = hub.connectionStrings.device(deviceId)
    const { password } = sasToken(withKey, 600)
    const client = await officialClient({
      connectionString: withKey.replace(/SharedAccessKey=.*/, `SharedAccessSignature=${password}`),
      certificateAuthority: hub.certificateAuthority,
      ...transport.access(hub),
    })
    onTestFinished(async () => void (await client.close().catch(() => {})))
    await client.open()
    expect(isConnected(hub, deviceId)).toBe(true)
    const next = sasToken(withKey, 1200)
    await client.updateSharedAccessSignature(next.password)
    const hasNext = async (): Promise<boolean> =>
      hub.connections().some((each) => each.deviceId === deviceId && each.tokenExpiresAt === next.expiresAt)
    await until('it has connected with the next one', hasNext)
  })

  test('connects as a module', async () => {
    const deviceId = await device('with-module')
    await hub.createModule(deviceId, 'pump')
    await openOfficial(hub, transport, { deviceId, moduleId: 'pump' })
    expect(hub.connections()).toMatchObject([{ deviceId, moduleId: 'pump', secure: true }])
  })

  test('connects through a gateway host name', async () => {
    const deviceId = await device('gatewayed')
    const client = await officialClient({
      connectionString:
        hub.connectionStrings.device(deviceId) + (transport.name === 'MqttWs' ? ';GatewayHostName=127.0.0.1' : ''),
      certificateAuthority: hub.certificateAuthority,
      port: hub.securePort,
      ...transport.access(hub),
    })
    onTestFinished(async () => void (await client.close().catch(() => {})))
    await client.open()
    expect(isConnected(hub, deviceId)).toBe(true)
  })

  test('announces its model', async () => {
    const modelId = 'dtmi:com:example:Thermostat;1'
    const deviceId = await device('model')
    await openOfficial(hub, transport, { deviceId, modelId })
    expect(hub.twin(deviceId)['modelId']).toBe(modelId)
  })

  test('gets an error for a wrong key', async () => {
    const deviceId = await device('wrong')
    const other = hub.connectionStrings.device('device1')
    const client = await officialClient({
      connectionString: other.replace(/DeviceId=[^;]+/, `DeviceId=${deviceId}`),
      certificateAuthority: hub.certificateAuthority,
      ...transport.access(hub),
    })
    await expect(client.open()).rejects.toMatchObject({ name: 'UnauthorizedError' })
  })

  test('is disconnected when another client takes its identity', async () => {
    const deviceId = await device('twice')
    const gone = eventsOf(hub, 'disconnected', deviceId)
    await openOfficial(hub, transport, { deviceId })
    const second = await openOfficial(hub, transport, { deviceId })
    await happened('the first is gone', gone)
    expect((await second.getTwin()).properties.desired).toMatchObject({ $version: 1 })
  })

  test('reconnects after its connection breaks', async () => {
    const deviceId = await device('broken')
    const client = await openOfficial(hub, transport, { deviceId })
    const twin = await client.getTwin()
    twin.on('properties.desired', () => {})
    await subscribed(hub, deviceId, 'desired')
    const connected = eventsOf(hub, 'connected', deviceId)
    hub.faults.inject({ fault: 'kick', device: deviceId })
    await happened('it has connected again', connected)
    await hub.updateTwin(deviceId, { properties: { desired: { back: true } } })
    await until('the update', async () => twin.properties.desired['back'] === true)
  })

  test('renews its token and keeps its subscriptions', async () => {
    const deviceId = await device('renewing')
    const tokenRenewal = { tokenValidTimeInSeconds: 60, tokenRenewalMarginInSeconds: 57 }
    const client = await officialFor(hub, transport, { deviceId, options: { tokenRenewal } })
    const connected = eventsOf(hub, 'connected', deviceId)
    await client.open()
    const messages = createRecording<OfficialMessage>()
    client.on('message', messages.add)
    client.onDeviceMethod('ping', (_request, response) => void response.send(200, 'pong'))
    await subscribed(hub, deviceId, 'methods')
    await subscribed(hub, deviceId, 'devicebound')
    await happened('the token is renewed', connected, 2)
    await hub.sendToDevice(deviceId, { body: 'x' })
    await messages.find('the message', ({ data }) => String(data) === 'x')
    const { payload } = await hub.invokeMethod(deviceId, {
      methodName: 'ping',
      payload: null,
      connectTimeoutInSeconds: 20,
    })
    expect(payload).toBe('pong')
  })

  test('reads its twin', async () => {
    const deviceId = await device('reader')
    await hub.updateTwin(deviceId, { properties: { desired: { climate: { minTemperature: 69 } } } })
    const client = await openOfficial(hub, transport, { deviceId })
    const { properties } = await client.getTwin()
    expect(JSON.parse(JSON.stringify(properties))).toEqual({
      desired: { climate: { minTemperature: 69 }, $version: 2 },
      reported: { $version: 1 },
    })
  })

  test('reports properties and removes a property', async () => {
    const deviceId = await device('reporter')
    const twin = await (await openOfficial(hub, transport, { deviceId })).getTwin()
    await officialReport(twin, { firmwareVersion: '1.2.1', weather: { humidity: 17, wind: 3 } })
    await officialReport(twin, { weather: { wind: null } })
    expect(hub.twin(deviceId)['properties']).toMatchObject({
      reported: { firmwareVersion: '1.2.1', weather: { humidity: 17 }, $version: 3 },
    })
  })

  test('gets the reason for a rejected report', async () => {
    const deviceId = await device('refused')
    const twin = await (await openOfficial(hub, transport, { deviceId })).getTwin()
    await expect(officialReport(twin, { 'a key': 1 })).rejects.toThrow(/key/i)
  })

  test('gets added, updated, and removed desired properties', async () => {
    const deviceId = await device('wisher')
    const twin = await (await openOfficial(hub, transport, { deviceId })).getTwin()
    const deltas = createRecording<string>()
    const atPath = createRecording<string>()
    // Copies the values. The first document is the SDK's own object, which it changes later.
    twin.on('properties.desired', (delta) => deltas.add(JSON.stringify(delta)))
    twin.on('properties.desired.climate.hvac', (value) => atPath.add(JSON.stringify(value)))
    await subscribed(hub, deviceId, 'desired')
    for (const hvac of [{ fanOn: true }, { fanOn: false }, null]) {
      await hub.updateTwin(deviceId, { properties: { desired: { climate: { hvac } } } })
    }
    await deltas.find('the third update', (delta) => delta.includes('"$version":4'))
    expect(deltas.items.map((delta) => JSON.parse(delta) as unknown)).toEqual([
      { $version: 1 },
      { climate: { hvac: { fanOn: true } }, $version: 2 },
      { climate: { hvac: { fanOn: false } }, $version: 3 },
      { climate: { hvac: null }, $version: 4 },
    ])
    expect(atPath.items).toEqual(['{"fanOn":true}', '{"fanOn":false}', 'null'])
  })

  test('reads and reports the twin of a module', async () => {
    const deviceId = await device('gateway')
    await hub.createModule(deviceId, 'pump')
    await hub.updateTwin(deviceId, { properties: { desired: { speed: 3 } } }, { moduleId: 'pump' })
    const twin = await (await openOfficial(hub, transport, { deviceId, moduleId: 'pump' })).getTwin()
    expect(twin.properties.desired).toMatchObject({ speed: 3, $version: 2 })
    await officialReport(twin, { running: true })
    expect(hub.twin(deviceId, 'pump')['properties']).toMatchObject({ reported: { running: true, $version: 2 } })
    expect(hub.twin(deviceId)['properties']).toMatchObject({ reported: { $version: 1 } })
  })
})
