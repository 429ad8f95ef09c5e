import { describe, expect, test } from 'vitest'
import { eventJson } from '../../../../emulator/src/events/event-json.ts'
import type { EventLog } from '../../../../emulator/src/events/event-log.ts'
import { type StartRequest, eventId, startPosition } from '../../../../emulator/src/events/event-position.ts'
import { type HubEvent, EVENT_TYPES } from '../../../../emulator/src/events/hub-event.ts'
import { refusalOf } from '../../../support/refusal.ts'

test('eventTypes has every type', () => {
  expect(EVENT_TYPES).toEqual([
    ...['connected', 'disconnected', 'telemetry', 'twin-changed', 'method-sent', 'method-answered', 'method-failed'],
    ...['cloud-message', 'input-message', 'identity-created', 'identity-changed', 'identity-deleted'],
    'configuration-changed',
  ])
})

describe('startPosition()', () => {
  const log = { run: '0123abcd', last: 100, lastDropped: 40 } as EventLog
  const start = (request: Partial<StartRequest>): unknown =>
    startPosition(log, { lastEventId: undefined, after: undefined, recent: undefined, ...request })

  test.each([
    [{}, { sequence: 100, missed: 0 }],
    [{ recent: 10 }, { sequence: 90, missed: 0 }],
    [{ recent: 1000 }, { sequence: 40, missed: 0 }],
    [
      { after: '0123abcd-50', recent: 10 },
      { sequence: 50, missed: 0 },
    ],
    [{ after: '0123abcd-40' }, { sequence: 40, missed: 0 }],
    [{ after: '0123abcd-30' }, { sequence: 40, missed: 10 }],
    [{ after: '0123abcd-100' }, { sequence: 100, missed: 0 }],
    [{ after: '0123abcd-101' }, { sequence: 40, missed: null }],
    [{ after: 'ffffffff-50' }, { sequence: 40, missed: null }],
    [
      { lastEventId: '0123abcd-60', after: '0123abcd-50' },
      { sequence: 60, missed: 0 },
    ],
    [
      { lastEventId: '', after: '0123abcd-50' },
      { sequence: 50, missed: 0 },
    ],
    [{ after: '0123abcd-123456789012345' }, { sequence: 40, missed: null }],
  ])('of %j is %j', (request, position) => {
    expect(start(request)).toStrictEqual(position)
  })

  test.each([
    '',
    'x',
    '0123abcd',
    '0123abcd-',
    '0123ABCD-1',
    '0123abcde-1',
    'x0123abcd-1',
    '0123abcd-1x',
    '0123abcd-x',
    '0123abc-1',
    '0123abcd-1234567890123456',
  ])('refuses the ID %j', (after) => {
    expect(refusalOf(() => start({ after }))).toBe(
      'ArgumentInvalid: after and Last-Event-ID must be the ID of an event',
    )
  })

  test('continues after an ID of the log', () => {
    expect(start({ after: eventId(log, 77) })).toStrictEqual({ sequence: 77, missed: 0 })
  })
})

describe('eventJson()', () => {
  const json = (body: string | number[], systemProperties: object = {}): unknown => {
    const event = { type: 'telemetry', deviceId: 'd', sequence: 1, at: 2, properties: {}, systemProperties }
    const {
      body: text,
      bodyBase64,
      ...rest
    } = eventJson({ ...event, body: Buffer.from(body as string) } as HubEvent) as {
      body?: string
      bodyBase64?: string
    }
    expect(rest).toStrictEqual(event)
    return text ?? { base64: bodyBase64 }
  }

  test('returns an event without a body as it is', () => {
    const event: HubEvent = { type: 'connected', deviceId: 'd', secure: true, sequence: 1, at: 2 }
    expect(eventJson(event)).toBe(event)
  })

  test('reads the body of an event without system properties', () => {
    const event = { type: 'method-sent', body: Buffer.from('é') } as unknown as HubEvent
    expect(eventJson(event)).toStrictEqual({ type: 'method-sent', body: 'é' })
  })

  test('shows a part of a buffer', () => {
    const body = new Uint8Array([1, 255, 254, 2]).subarray(1, 3)
    expect(eventJson({ type: 'method-sent', body } as unknown as HubEvent)).toStrictEqual({
      type: 'method-sent',
      bodyBase64: '//4=',
    })
  })

  test.each(['', 'é', 'a\tb\r\n'])('reads %j as text', (body) => {
    expect(json(body)).toBe(body)
  })

  test.each([
    [[0], 'AA=='],
    [[0x61, 0x1b], 'YRs='],
    [[255], '/w=='],
    [[0xc2, 0x85], 'woU='],
  ])('shows the bytes %j in base64', (bytes, base64) => {
    expect(json(bytes)).toStrictEqual({ base64 })
  })

  test.each([
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': 'TEXT/html' }],
    [{ 'content-type': 'application/json' }],
    [{ 'content-type': 'application/json; charset=utf-8' }],
    [{ 'content-type': 'application/xml' }],
    [{ 'content-type': 'application/vnd.a+json' }],
    [{ 'content-encoding': 'utf-8' }],
    [{ 'content-encoding': 'UTF8' }],
    [{ 'content-type': 'application/json', 'content-encoding': 'utf-8' }],
  ])('reads control characters as text with %j', (system) => {
    expect(json([0x61, 0], system)).toBe('a\0')
    expect(json([255], system)).toStrictEqual({ base64: '/w==' })
  })

  test.each([
    [{ 'content-type': 'application/octet-stream' }],
    [{ 'content-type': 'application/jsonx' }],
    [{ 'content-type': 'x-text/plain' }],
    [{ 'content-type': 'x application/json' }],
    [{ 'content-type': 'application/+json' }],
    [{ 'content-encoding': 'gzip' }],
    [{ 'content-encoding': 'utf-88' }],
    [{ 'content-encoding': 'x-utf-8' }],
    [{ 'content-type': 'application/json', 'content-encoding': 'utf-16' }],
    [{ 'content-type': 'application/cbor', 'content-encoding': 'utf-8' }],
  ])('shows base64 with %j', (system) => {
    expect(json('a', system)).toStrictEqual({ base64: 'YQ==' })
  })

  test('ignores declarations that are no text', () => {
    expect(json('a', { 'content-type': null, 'content-encoding': 1 })).toBe('a')
  })
})
