import iothub from 'azure-iothub'
import { startHub, type Hub, type HubEvent } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRecording, until } from '../contract/suite/waits.ts'
import { hubAgent, withoutPort } from './hub-agent.ts'
import { officialClient, officialMessage, officialReport } from './official-device.ts'
import type { OfficialAccess, OfficialClient, OfficialMessage } from './official-device.ts'

// The unmodified SDKs, of the device and of the service, with our hub in between.

let hub: Hub
let service: iothub.Client

beforeAll(async () => {
  hub = await startHub()
  service = iothub.Client.fromConnectionString(withoutPort(hub.connectionStrings.service()))
  // Private, but the only door (protocol sheet 1.2).
  service['_restApiClient'].setOptions({ http: { agent: hubAgent(hub.certificateAuthority, hub.securePort) } })
})
afterAll(() => hub.close())

type Extra = Pick<OfficialAccess, 'mqttPort' | 'modelId'>

async function connect(deviceId: string, moduleId: string | undefined, extra: Extra): Promise<OfficialClient> {
  const { certificateAuthority, connectionStrings } = hub
  const connectionString = connectionStrings.device(deviceId, moduleId === undefined ? {} : { moduleId })
  const client = await officialClient({ connectionString, certificateAuthority, ...extra })
  await client.open()
  return client
}

function isSubscribed(deviceId: string, filter: string): Promise<void> {
  const subscriptions = (): readonly string[] =>
    hub.connections().find((connection) => connection.deviceId === deviceId)?.subscriptions ?? []
  return until(`${deviceId} is subscribed`, async () => subscriptions().some((each) => each.includes(filter)))
}

function messageCount(deviceId: string): unknown {
  return hub.twin(deviceId)['cloudToDeviceMessageCount']
}

function telemetryOf(event: HubEvent, deviceId: string): boolean {
  return event.type === 'telemetry' && event.deviceId === deviceId
}

describe.each([
  ['MqttWs', (): Extra => ({})],
  ['Mqtt', (): Extra => ({ mqttPort: hub.mqttPort })],
] as const)('azure-iot-device over %s', (transport, extra) => {
  const id = (name: string): string => `${name}-${transport}`

  test('reads its twin and reports', async () => {
    await hub.createDevice(id('twin'))
    const client = await connect(id('twin'), undefined, extra())
    await officialReport(await client.getTwin(), { on: true })
    expect(hub.twin(id('twin'))['properties']).toMatchObject({ reported: { on: true, $version: 2 } })
    await client.close()
  })

  test('announces its model', async () => {
    const modelId = 'dtmi:com:example:Thermostat;1'
    await hub.createDevice(id('model'))
    const client = await connect(id('model'), undefined, { ...extra(), modelId })
    expect(hub.twin(id('model'))['modelId']).toBe(modelId)
    await client.close()
  })

  test('sends telemetry with its properties', async () => {
    await hub.createDevice(id('sensor'))
    const told = createRecording<HubEvent>()
    const stop = hub.events.listen(told.add)
    const client = await connect(id('sensor'), undefined, extra())
    const message = officialMessage('{"t":21}', { 'a b': 'c&d=é/' })
    message.messageId = 'id 1'
    message.contentType = 'application/json'
    await client.sendEvent(message)
    expect(await told.find('telemetry', (event) => telemetryOf(event, id('sensor')))).toMatchObject({
      properties: { 'a b': 'c&d=é/' },
      systemProperties: { 'message-id': 'id 1', 'content-type': 'application/json' },
    })
    stop()
    await client.close()
  })

  test('takes a method, and azure-iothub gets its answer', async () => {
    await hub.createDevice(id('robot'))
    const client = await connect(id('robot'), undefined, extra())
    client.onDeviceMethod('reboot', ({ payload }, response) => {
      void response.send(202, { was: payload })
    })
    const { result } = await service.invokeDeviceMethod(id('robot'), {
      methodName: 'reboot',
      payload: { delay: 3 },
      connectTimeoutInSeconds: 20,
    })
    expect(result).toEqual({ status: 202, payload: { was: { delay: 3 } } })
    await client.close()
  })

  test('takes a method and sends to an output as a module', async () => {
    await hub.createDevice(id('gateway'))
    await hub.createModule(id('gateway'), 'pump')
    const told = createRecording<HubEvent>()
    const stop = hub.events.listen(told.add)
    const client = await connect(id('gateway'), 'pump', extra())
    client.onMethod('stop', (_request, response) => void response.send(200, 'stopped'))
    client.on('inputMessage', () => {})
    const { result } = await service.invokeDeviceMethod(id('gateway'), 'pump', {
      methodName: 'stop',
      connectTimeoutInSeconds: 20,
    })
    expect(result).toEqual({ status: 200, payload: 'stopped' })
    await isSubscribed(id('gateway'), '/inputs/#')
    await client.sendOutputEvent('alerts', officialMessage('x', { level: '2' }))
    expect(await told.find('telemetry', (event) => telemetryOf(event, id('gateway')))).toMatchObject({
      moduleId: 'pump',
      properties: { level: '2' },
      systemProperties: { 'iothub-outputname': 'alerts' },
    })
    stop()
    await client.close()
  })

  test('gets messages: one that waited, and one that comes', async () => {
    await hub.createDevice(id('display'))
    await hub.sendToDevice(id('display'), { body: 'waited', properties: { room: '1 & 2' }, messageId: 'm' })
    const client = await connect(id('display'), undefined, extra())
    const messages = createRecording<OfficialMessage>()
    client.on('message', messages.add)
    const waited = await messages.find('the message that waited', ({ data }) => String(data) === 'waited')
    expect(waited.messageId).toBe('m')
    expect(waited.properties.getValue('room')).toBe('1 & 2')
    await client.complete(waited)
    await hub.sendToDevice(id('display'), { body: 'comes' })
    await messages.find('the message that comes', ({ data }) => String(data) === 'comes')
    await until('both are done', async () => messageCount(id('display')) === 0)
    await client.close()
  })
})

test('azure-iot-device keeps methods and messages when its token is renewed, though it subscribes to nothing anew', async () => {
  await hub.createDevice('renewing')
  const { certificateAuthority: ca, connectionStrings, mqttPort } = hub
  const connectionString = connectionStrings.device('renewing')
  const client = await officialClient({ connectionString, certificateAuthority: ca, mqttPort })
  await client.setOptions({ ca, tokenRenewal: { tokenValidTimeInSeconds: 60, tokenRenewalMarginInSeconds: 57 } })
  const connected = createRecording<HubEvent>()
  const stop = hub.events.listen((event) => {
    if (event.type === 'connected' && event.deviceId === 'renewing') connected.add(event)
  })
  await client.open()
  const messages = createRecording<OfficialMessage>()
  client.on('message', messages.add)
  client.onDeviceMethod('ping', (_request, response) => void response.send(200, 'pong'))
  await isSubscribed('renewing', 'methods')
  await isSubscribed('renewing', 'devicebound')
  await until('the token is renewed', async () => connected.items.length > 1)
  await hub.sendToDevice('renewing', { body: 'x' })
  await messages.find('the message', ({ data }) => String(data) === 'x')
  const { payload } = await hub.invokeMethod('renewing', { methodName: 'ping', connectTimeoutInSeconds: 20 })
  expect(payload).toBe('pong')
  stop()
  await client.close()
})

describe('azure-iothub calls a method', () => {
  test('of a device that is offline, and gets 404103', async () => {
    await hub.createDevice('offline')
    const call = service.invokeDeviceMethod('offline', { methodName: 'reboot' })
    const { responseBody } = await call.then(
      () => Promise.reject(new Error('nobody is there')),
      (error: { responseBody: string }) => error,
    )
    expect(responseBody).toContain('404103')
  })

  test('that the device has no handler for, and gets 504101', async () => {
    await hub.createDevice('deaf')
    const client = await connect('deaf', undefined, {})
    client.onDeviceMethod('known', () => {})
    await isSubscribed('deaf', 'methods')
    const call = service.invokeDeviceMethod('deaf', { methodName: 'unknown', responseTimeoutInSeconds: 5 })
    await expect(call).rejects.toMatchObject({
      name: 'GatewayTimeoutError',
      responseBody: expect.stringContaining('504101'),
    })
    await client.close()
  })

  test('of a device that is not registered, and is told so', async () => {
    const call = service.invokeDeviceMethod('nobody', { methodName: 'reboot' })
    await expect(call).rejects.toMatchObject({ name: 'DeviceNotFoundError' })
  })
})
