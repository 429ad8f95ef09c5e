import { describe, expect, it } from 'vitest'
import { eventLine } from '../../service/src/commands/event-line.ts'

function line(fields: Readonly<Record<string, unknown>>): string {
  const all = { deviceId: 'd', at: Date.parse('2030-01-01T12:34:56.789Z'), ...fields }
  return eventLine({ json: '', type: String(fields['type']), fields: all })
}

describe('eventLine()', () => {
  it.each([
    [
      {
        type: 'telemetry',
        moduleId: 'm',
        bodyBase64: 'AAE=',
        properties: { alert: null, room: '1' },
        systemProperties: { 'iothub-connection-device-id': 'd', 'iothub-outputname': 'o', 'iothub-enqueuedtime': 't' },
      },
      '12:34:56.789  d/m  ↑  telemetry (base64) AAE= alert room=1 iothub-outputname=o',
    ],
    [
      { type: 'input-message', inputName: 'i', state: 'completed', body: 'x', properties: {}, systemProperties: {} },
      '12:34:56.789  d  ↓  input i completed x',
    ],
    [
      { type: 'twin-changed', by: 'device', change: { reported: { a: 1 } }, reportedVersion: 7 },
      '12:34:56.789  d  ↑  twin v7 {"reported":{"a":1}}',
    ],
    [
      { type: 'method-failed', methodName: 'reboot', reason: 'silent' },
      '12:34:56.789  d  ·  method reboot failed: the device did not respond in time',
    ],
    [{ type: 'identity-created', status: 'enabled' }, '12:34:56.789  d  ·  identity created'],
    [{ type: 'missed', count: 3 }, '·  3 events are missing: this program was too slow, or away for too long'],
    [{ type: 'missed', count: null }, '·  The hub restarted or loaded a snapshot: earlier events are missing'],
  ])('formats %j as %s', (fields, expected) => {
    expect(line(fields)).toBe(expected)
  })
})
