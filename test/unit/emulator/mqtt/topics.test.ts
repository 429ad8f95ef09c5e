import { describe, expect, test } from 'vitest'
import {
  responseTopic,
  cloudMessageTopic,
  desiredTopic,
  inputTopic,
  isAnswerable,
  isIllFormed,
  isTopicName,
  methodTopic,
  parsePublishTopic,
  purposeOf,
  telemetryBag,
} from '../../../../emulator/src/mqtt/topics.ts'

describe('a filter', () => {
  const device = { deviceId: 'd' }
  const module = { deviceId: 'd', moduleId: 'm' }

  test.each([
    ['$iothub/twin/res/#', device, 'twin-responses'],
    ['$iothub/twin/PATCH/properties/desired/#', module, 'desired'],
    ['$iothub/methods/POST/#', module, 'methods'],
    ['devices/d/messages/devicebound/#', device, 'cloud-messages'],
    ['devices/d/modules/m/inputs/#', module, 'inputs'],
    ['devices/e/messages/devicebound/#', device, undefined],
    ['devices/d/messages/devicebound/#', module, undefined],
    ['devices/d/modules/m/inputs/#', device, undefined],
    ['devices/d/messages/devicebound/+', device, undefined],
    ['devices/d/messages/events/#', device, undefined],
    ['$iothub/methods/#', device, undefined],
    ['#', device, 'cloud-messages'],
    ['#', module, 'inputs'],
    ['devices/d/modules/m/#', module, 'inputs'],
    ['devices/d/modules/m/#', device, undefined],
    ['devices/d/modules/n/#', module, undefined],
    ['devices/d/modules/#', module, undefined],
    ['devices/d/#', device, undefined],
    ['devices/d/#', module, undefined],
    ['+/#', device, undefined],
    ['messages/devicebound/#', device, undefined],
    ['other/d/messages/devicebound/#', device, undefined],
    ['devices/d/other/m/inputs/#', module, undefined],
    ['devices/d', device, undefined],
    ['devices', device, undefined],
    ['devices/d/modules', module, undefined],
    ['', device, undefined],
  ])('%s of %j is for %s', (filter, identity, purpose) => {
    expect(purposeOf(filter, identity)).toBe(purpose)
  })
})

describe('a topic', () => {
  test.each(['d', 'a:b', 'x%20y', "o'(1)", 'plus+', 'a+b:c', 'hash#', '100%', '$x'])(
    'names the device %s',
    (deviceId) => {
      const topic = cloudMessageTopic({ deviceId }, '')
      expect(topic.slice(0, topic.indexOf('/messages'))).not.toMatch(/[+#]/)
      const events = topic.replace('devicebound', 'events')
      for (const spelling of [events, `devices/${encodeURIComponent(deviceId)}/messages/events/`]) {
        expect(telemetryBag(spelling, { deviceId })).toBe('')
      }
      expect(telemetryBag(events, { deviceId: `${deviceId}x` })).toBeUndefined()
    },
  )

  test.each([
    ['$iothub/methods/res/200/?$rid=1', { type: 'method-response', status: 200, rid: '1' }],
    ['$iothub/methods/res/7/?$rid=a%20b&x=y', { type: 'method-response', status: 7, rid: 'a%20b' }],
    ['$iothub/methods/res/-7/?$rid=1', undefined],
    ['$iothub/methods/res/200/x', undefined],
    ['$iothub/methods/res/200/?$rid=a\nb', { type: 'method-response', status: 200, rid: 'a\nb' }],
    ['$iothub/methods/res/123456789/', { type: 'method-response', status: 123_456_789, rid: undefined }],
    ['$iothub/methods/res/1234567890/', undefined],
    ['x$iothub/methods/res/200/', undefined],
    ['$iothub/methods/res/200/', { type: 'method-response', status: 200, rid: undefined }],
    ['$iothub/methods/res/200', undefined],
    ['$iothub/methods/res/2x/?$rid=1', undefined],
    ['$iothub/methods/POST/reboot/?$rid=1', undefined],
    ['$iothub/twin/GET/?$rid=a%20b', { type: 'get', rid: 'a%20b' }],
    ['$iothub/twin/GET/?$rid', { type: 'get', rid: '' }],
    ['$iothub/twin/GET/', { type: 'get', rid: undefined }],
    ['$iothub/twin/GET/?', { type: 'get', rid: undefined }],
    ['$iothub/twin/GET/$rid=1', undefined],
    ['$iothub/twin/GET', undefined],
    ['$iothub/twin/PATCH/properties/reported/?$rid=1&$version=2', { type: 'patch', rid: '1', version: '2' }],
    ['$iothub/twin/PATCH/properties/reported/', { type: 'patch', rid: undefined, version: undefined }],
    ['$iothub/twin/PATCH/properties/desired/?$rid=1', undefined],
    ['devices/d/messages/events/a=b/', { type: 'telemetry', bag: 'a=b' }],
    ['devices/d/messages/events', { type: 'telemetry', bag: '' }],
    ['devices/d/messages/eventsx', undefined],
    ['devices/d/messages/events/a/b', { type: 'telemetry', bag: 'a/b' }],
    ['devices/d/modules/m/messages/events/', undefined],
    ['devices/e/messages/events/', undefined],
    ['Devices/d/messages/events/', undefined],
    ['devices/d/messages/devicebound/', undefined],
  ])('%s is %j', (topic, request) => {
    expect(parsePublishTopic(topic, { deviceId: 'd' })).toStrictEqual(request)
  })
})

describe('a topic of a module', () => {
  const module = { deviceId: 'd', moduleId: 'm#' }

  test.each(['devices/d/modules/m#/messages/events/a=1', 'devices/d/modules/m%23/messages/events/a=1'])(
    '%s holds its telemetry',
    (topic) => {
      expect(parsePublishTopic(topic, module)).toStrictEqual({ type: 'telemetry', bag: 'a=1' })
    },
  )

  test.each([
    'devices/d/modules/m/messages/events/',
    'devices/d/module/m#/messages/events/',
    'devices/e/modules/m#/messages/events/',
    'devices/d/messages/events/',
  ])('is not %s', (topic) => {
    expect(parsePublishTopic(topic, module)).toBeUndefined()
  })
})

test('the hub writes the topics that devices subscribe to', () => {
  expect([
    responseTopic(200, '1'),
    responseTopic(204, 'a%20b', 7),
    desiredTopic(3),
    methodTopic('reboot', '9'),
    cloudMessageTopic({ deviceId: 'a+#+#%' }, 'b=1'),
    inputTopic({ deviceId: 'a+', moduleId: '#m' }, 'in', 'b=1'),
  ]).toEqual([
    '$iothub/twin/res/200/?$rid=1',
    '$iothub/twin/res/204/?$rid=a%20b&$version=7',
    '$iothub/twin/PATCH/properties/desired/?$version=3',
    '$iothub/methods/POST/reboot/?$rid=9',
    'devices/a%2B%23%2B%23%/messages/devicebound/b=1',
    'devices/a%2B/modules/%23m/inputs/in/b=1',
  ])
})

test.each([
  ['a', true],
  ['a/b\n', true],
  ['x'.repeat(65_535), true],
  ['x'.repeat(65_536), false],
  ['é'.repeat(32_768), false],
  ['', false],
  ['a+', false],
  ['#', false],
  ['a\0b', false],
])('isTopicName() of the text %#', (topic, expected) => {
  expect(isTopicName(topic)).toBe(expected)
})

test('isIllFormed() finds U+0000 and the mark of invalid UTF-8', () => {
  expect(['a/b', 'a\0', '\ufffd/b', ''].map(isIllFormed)).toEqual([false, true, true, false])
})

test('isAnswerable() allows a request ID of 65,000 bytes', () => {
  expect(['x'.repeat(65_000), 'x'.repeat(65_001), 'é'.repeat(32_501)].map(isAnswerable)).toEqual([true, false, false])
})
