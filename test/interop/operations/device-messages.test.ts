import { startHub, type Hub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRecording, until } from '../../contract/suite/waits.ts'
import { officialMessage, type OfficialMessage } from '../official-device.ts'
import { officialService, refusalOf, type OfficialService } from '../official-service.ts'
import { eventsOf, happened, openOfficial, subscribed, transports } from './transports.ts'

// Methods and messages, with the unmodified SDKs at both ends. The titles are rows of the table in
// docs/emulator/azure-sdks.md.

let hub: Hub
let service: OfficialService['client']

beforeAll(async () => {
  hub = await startHub()
  service = officialService(hub).client
})
afterAll(() => hub.close())

describe.each(transports)('azure-iot-device over %s', (_name, transport) => {
  async function device(name: string, moduleId?: string): Promise<string> {
    const deviceId = `${name}-${transport.name}`
    await hub.createDevice(deviceId)
    if (moduleId !== undefined) await hub.createModule(deviceId, moduleId)
    return deviceId
  }

  test('answers a direct method of azure-iothub', async () => {
    const deviceId = await device('robot')
    const client = await openOfficial(hub, transport, { deviceId })
    client.onDeviceMethod('reboot', ({ payload }, response) => void response.send(202, { was: payload }))
    const { result } = await service.invokeDeviceMethod(deviceId, {
      methodName: 'reboot',
      payload: { delay: 3 },
      connectTimeoutInSeconds: 20,
    })
    expect(result).toEqual({ status: 202, payload: { was: { delay: 3 } } })
  })

  test('answers a direct method as a module', async () => {
    const deviceId = await device('machine', 'pump')
    const client = await openOfficial(hub, transport, { deviceId, moduleId: 'pump' })
    client.onMethod('stop', (_request, response) => void response.send(200, 'stopped'))
    const { result } = await service.invokeDeviceMethod(deviceId, 'pump', {
      methodName: 'stop',
      connectTimeoutInSeconds: 20,
    })
    expect(result).toEqual({ status: 200, payload: 'stopped' })
  })

  test('has no handler for a method: azure-iothub gets 504101', async () => {
    const deviceId = await device('deaf')
    const client = await openOfficial(hub, transport, { deviceId })
    client.onDeviceMethod('known', () => {})
    await subscribed(hub, deviceId, 'methods')
    const call = service.invokeDeviceMethod(deviceId, { methodName: 'unknown', responseTimeoutInSeconds: 5 })
    expect(await refusalOf(call)).toMatchObject({
      name: 'GatewayTimeoutError',
      body: expect.stringContaining('504101'),
    })
  })

  test('is offline: azure-iothub gets 404103 for a method call', async () => {
    const deviceId = await device('away')
    const client = await openOfficial(hub, transport, { deviceId })
    client.onDeviceMethod('reboot', () => {})
    await subscribed(hub, deviceId, 'methods')
    const gone = eventsOf(hub, 'disconnected', deviceId)
    await client.close()
    await happened('it is gone', gone)
    const { body } = await refusalOf(service.invokeDeviceMethod(deviceId, { methodName: 'reboot' }))
    expect(body).toContain('404103')
  })

  test('sends telemetry with properties and system properties', async () => {
    const deviceId = await device('sensor')
    const telemetry = eventsOf(hub, 'telemetry', deviceId)
    const client = await openOfficial(hub, transport, { deviceId })
    const message = officialMessage('{"t":21}', { 'a b': 'c&d=é/' })
    Object.assign(message, {
      messageId: 'id 1',
      correlationId: 'c',
      userId: 'u',
      contentType: 'application/json',
      contentEncoding: 'utf-8',
    })
    await client.sendEvent(message)
    await happened('telemetry', telemetry)
    expect(Buffer.from(telemetry[0]?.body ?? []).toString()).toBe('{"t":21}')
    expect(telemetry[0]).toMatchObject({
      properties: { 'a b': 'c&d=é/' },
      systemProperties: {
        'message-id': 'id 1',
        'correlation-id': 'c',
        'user-id': 'u',
        'content-type': 'application/json',
        'content-encoding': 'utf-8',
        'iothub-connection-auth-method': expect.stringContaining('"scope":"device"'),
        'iothub-connection-auth-generation-id': expect.any(String),
      },
    })
  })

  test('gets a waiting and a new message, and completes both', async () => {
    const deviceId = await device('display')
    await hub.sendToDevice(deviceId, { body: 'waited', properties: { room: '1 & 2' }, messageId: 'm' })
    const client = await openOfficial(hub, transport, { deviceId })
    const messages = createRecording<OfficialMessage>()
    client.on('message', messages.add)
    const waited = await messages.find('the message that waited', ({ data }) => String(data) === 'waited')
    expect(waited.messageId).toBe('m')
    expect(waited.properties.getValue('room')).toBe('1 & 2')
    await client.complete(waited)
    await hub.sendToDevice(deviceId, { body: 'comes' })
    const came = await messages.find('the message that comes', ({ data }) => String(data) === 'comes')
    await client.complete(came)
    await until('both are done', async () => hub.twin(deviceId)['cloudToDeviceMessageCount'] === 0)
  })

  test('gets an error of the SDK for batches, reject, and abandon, which MQTT lacks', async () => {
    const deviceId = await device('picky')
    await hub.sendToDevice(deviceId, { body: 'x' })
    const client = await openOfficial(hub, transport, { deviceId })
    const messages = createRecording<OfficialMessage>()
    client.on('message', messages.add)
    const message = await messages.find('the message', () => true)
    for (const attempt of [client.reject(message), client.abandon(message), client.sendEventBatch([message])]) {
      await expect(attempt).rejects.toMatchObject({ name: 'NotImplementedError' })
    }
  })

  test('sends to an output as a module', async () => {
    const deviceId = await device('outputs', 'pump')
    const telemetry = eventsOf(hub, 'telemetry', deviceId)
    const client = await openOfficial(hub, transport, { deviceId, moduleId: 'pump' })
    await client.sendOutputEvent('alerts', officialMessage('x', { level: '2' }))
    await happened('telemetry', telemetry)
    expect(telemetry[0]).toMatchObject({
      moduleId: 'pump',
      properties: { level: '2' },
      systemProperties: { 'iothub-outputname': 'alerts' },
    })
  })

  test('gets a message at an input as a module, and completes it', async () => {
    const deviceId = await device('inputs', 'pump')
    const client = await openOfficial(hub, transport, { deviceId, moduleId: 'pump' })
    const states = eventsOf(hub, 'input-message', deviceId)
    const messages = createRecording<{ readonly input: string; readonly message: OfficialMessage }>()
    client.on('inputMessage', (input: string, message: OfficialMessage) => messages.add({ input, message }))
    await subscribed(hub, deviceId, '/inputs/#')
    await hub.sendToInput(deviceId, 'pump', 'temperature', { body: 'x', messageId: 'm', properties: { room: '1 & 2' } })
    const { input, message } = await messages.find('the message', () => true)
    expect([input, String(message.data), message.messageId]).toEqual(['temperature', 'x', 'm'])
    expect(message.properties.getValue('room')).toBe('1 & 2')
    await client.complete(message)
    await happened('input-message', states, 2)
    expect(states.map(({ state }) => state)).toEqual(['delivered', 'completed'])
  })
})
