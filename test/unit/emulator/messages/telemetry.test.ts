import { expect, test } from 'vitest'
import { telemetryOf } from '../../../../emulator/src/messages/telemetry.ts'
import { refusalOf } from '../../../support/refusal.ts'

const SOURCE = { identity: { deviceId: 'd' }, generationId: '42', authScope: 'device' } as const
const MESSAGE = { bag: '', body: new Uint8Array([1, 2]), retain: false, isWill: false, at: 1000 }
const STAMPS = {
  'iothub-connection-device-id': 'd',
  'iothub-connection-auth-method': '{"scope":"device","type":"sas","issuer":"iothub","acceptingIpFilterRule":null}',
  'iothub-connection-auth-generation-id': '42',
  'iothub-enqueuedtime': '1970-01-01T00:00:01.000Z',
  'iothub-message-source': 'Telemetry',
}

test('telemetryOf() stamps a message without properties', () => {
  expect(telemetryOf(SOURCE, MESSAGE)).toStrictEqual({
    deviceId: 'd',
    type: 'telemetry',
    body: MESSAGE.body,
    properties: {},
    systemProperties: STAMPS,
  })
})

test('telemetryOf() adds the module, the model, and the marks of retained messages and wills', () => {
  const module = { ...SOURCE, identity: { deviceId: 'd', moduleId: 'm' }, modelId: 'dtmi:a;1' }
  const sent = { ...MESSAGE, bag: 'a=1&$.mid=x', retain: true, isWill: true }
  expect(telemetryOf(module, sent)).toStrictEqual({
    deviceId: 'd',
    moduleId: 'm',
    type: 'telemetry',
    body: MESSAGE.body,
    properties: { a: '1', 'mqtt-retain': 'true', 'iothub-MessageType': 'Will' },
    systemProperties: {
      ...STAMPS,
      'message-id': 'x',
      'iothub-connection-module-id': 'm',
      'dt-dataschema': 'dtmi:a;1',
    },
  })
})

test('telemetryOf() limits a message with its properties to 256 KB', () => {
  const refusal = (bytes: number): string | undefined =>
    refusalOf(() => telemetryOf(SOURCE, { ...MESSAGE, bag: 'a=1', body: new Uint8Array(bytes) }))
  expect(refusal(262_142)).toBeUndefined()
  expect(refusal(262_143)).toBe('RequestEntityTooLarge: A message and its properties must not exceed 262144 bytes')
})
