import { describe, expect, test } from 'vitest'
import { type DeviceMessage, readDeviceMessage } from '../../core/src/shared-device/device-messages.ts'

const TICKET = { tab: 'a', term: 't', id: 0 }
const BYTES = new Uint8Array([1, 2])
const PUBLISH = { type: 'publish', ...TICKET, topic: 'x', payload: 'body', isQos1: true } as const
const DELIVER = { type: 'deliver', ...TICKET, content: { topic: 'x', payload: BYTES } } as const

const MESSAGES: readonly DeviceMessage[] = [
  { type: 'ask' },
  { type: 'announce', term: 't' },
  ...(['connecting', 'up', 'draining', 'waiting'] as const).map(
    (state) => ({ type: 'connection', term: 't', state }) as const,
  ),
  PUBLISH,
  { ...PUBLISH, payload: BYTES, isQos1: false },
  { ...PUBLISH, topic: 'x'.repeat(65_535) },
  { type: 'published', ...TICKET, isDone: true },
  { type: 'published', ...TICKET, isDone: false },
  { type: 'offer', term: 't', id: 7, topic: '' },
  { type: 'claim', ...TICKET },
  { type: 'acknowledge', ...TICKET },
  DELIVER,
  { ...DELIVER, content: { ...DELIVER.content, packetId: 0, isDuplicate: false } },
]

describe('A message between the tabs of a device', () => {
  test.each(MESSAGES)('arrives as it was sent: $type', (message) => {
    expect(readDeviceMessage(structuredClone({ ...message, extra: 1 }))).toStrictEqual(message)
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'ask'],
    ['null', null],
    ['no type', {}],
    ['another type', { ...TICKET, type: 'hello' }],
    ['no term', { type: 'announce' }],
    ['another state', { type: 'connection', term: 't', state: 'closed' }],
    ['no tab', { ...PUBLISH, tab: undefined }],
    ['a negative number', { ...PUBLISH, id: -1 }],
    ['an empty topic', { ...PUBLISH, topic: '' }],
    ['a wildcard', { ...PUBLISH, topic: 'x/+' }],
    ['the other wildcard', { ...PUBLISH, topic: '#' }],
    ['a topic with U+0000', { ...PUBLISH, topic: 'x\0' }],
    ['a topic with more bytes than MQTT carries', { ...PUBLISH, topic: 'é'.repeat(32_768) }],
    ['a payload that is neither text nor bytes', { ...PUBLISH, payload: [1] }],
    ['an ArrayBuffer as the payload', { ...PUBLISH, payload: BYTES.buffer }],
    ['a text as a flag', { ...PUBLISH, isQos1: 'yes' }],
    ['no answer', { type: 'published', ...TICKET }],
    ['no topic', { type: 'offer', term: 't', id: 7 }],
    ['no content', { ...DELIVER, content: undefined }],
    ['a text as content', { ...DELIVER, content: { topic: 'x', payload: 'text' } }],
    ['a fraction as the packet identifier', { ...DELIVER, content: { ...DELIVER.content, packetId: 0.5 } }],
    ['a number as DUP', { ...DELIVER, content: { ...DELIVER.content, isDuplicate: 1 } }],
  ])('with %s is no message', (_, data) => {
    expect(readDeviceMessage(data)).toBeUndefined()
  })
})
