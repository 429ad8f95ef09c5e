import { describe, expect, it } from 'vitest'
import { subjectOf } from '../../../emulator/page/src/events/sample-subject.ts'
import type { StreamEvent } from '../../../emulator/page/src/hub/stream-event.ts'

const BASE = { sequence: 1, at: 0, deviceId: 'device1' }
const TARGET = { deviceId: 'device1', moduleId: undefined }
const CONTENT = { systemProperties: {}, body: '{"temperature":20}' }

const SENT = { ...BASE, type: 'method-sent', methodName: 'reboot', rid: '7', responseTimeoutInSeconds: 20 } as const
const ANSWERED = { ...BASE, type: 'method-answered', methodName: 'reboot', rid: '7', status: 202 } as const

describe('subjectOf()', () => {
  it('repeats telemetry without the properties that the hub adds', () => {
    const properties = { alarm: 'no', 'mqtt-retain': 'true', 'iothub-MessageType': 'Telemetry' }
    const event: StreamEvent = { ...BASE, ...CONTENT, type: 'telemetry', properties }
    expect(subjectOf(event, [])).toEqual({
      type: 'telemetry',
      target: TARGET,
      body: '{"temperature":20}',
      properties: { alarm: 'no' },
    })
  })

  it('repeats a message, but no bytes that are not a text', () => {
    const state = { state: 'queued', sequenceNumber: 1, messageId: 'a', deliveryCount: 0 } as const
    const event: StreamEvent = { ...BASE, ...CONTENT, ...state, type: 'cloud-message', properties: { room: '1' } }
    expect(subjectOf(event, [])).toMatchObject({ type: 'message', body: CONTENT.body, properties: { room: '1' } })
    expect(subjectOf({ ...BASE, ...state, type: 'cloud-message', properties: {}, systemProperties: {} }, [])).toBe(
      undefined,
    )
  })

  it('joins the request and the response of a call, from either event', () => {
    const request: StreamEvent = { ...SENT, body: '{"in":5}' }
    const response: StreamEvent = { ...ANSWERED, body: '"done"' }
    const others: StreamEvent[] = [
      { ...SENT, deviceId: 'other', body: '1' },
      { ...SENT, rid: '8', body: '2' },
      request,
      response,
    ]
    const subject = {
      type: 'method',
      target: TARGET,
      name: 'reboot',
      payload: { in: 5 },
      responseTimeoutInSeconds: 20,
      response: { status: 202, payload: 'done' },
    }
    expect(subjectOf(request, others)).toEqual(subject)
    expect(subjectOf(response, others)).toEqual(subject)
    const failed: StreamEvent = { ...BASE, type: 'method-failed', methodName: 'reboot', rid: '7', reason: 'silent' }
    expect(subjectOf(failed, [request, failed])).toEqual({ ...subject, response: undefined })
    // The page has not seen the request.
    expect(subjectOf(response, [response])).toBe(undefined)
  })

  it('repeats a patch, but no other change', () => {
    const versions = { desiredVersion: 2, reportedVersion: 1 }
    const change = { ...BASE, ...versions, type: 'twin-changed', by: 'service' } as const
    expect(subjectOf({ ...change, change: { desired: { a: 1 } } }, [])).toEqual({
      type: 'desired',
      target: TARGET,
      patch: { a: 1 },
    })
    expect(subjectOf({ ...change, change: { tags: { a: 1 } } }, [])).toBe(undefined)
    expect(subjectOf({ ...BASE, type: 'identity-deleted', status: 'enabled' }, [])).toBe(undefined)
  })
})
