import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packetIdOf } from '../../../../emulator/src/messages/cloud-message.ts'
import { formatBag, parseBag } from '../../../../emulator/src/mqtt/property-bag.ts'
import { cloudMessageTopic, parsePublishTopic, purposeOf, telemetryBag } from '../../../../emulator/src/mqtt/topics.ts'

describe('a property bag', () => {
  test('can be read again after it is written, for any text', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(fc.dictionary(text, fc.option(text), { noNullPrototype: true }), (properties) => {
        // An empty key without a value leaves nothing in the topic.
        const pairs = Object.entries(properties).filter(([key, value]) => key !== '' || value !== null)
        const bag = formatBag(pairs)
        expect([...parseBag(bag)]).toEqual(pairs)
        expect(bag).not.toMatch(/[/+#]/)
      }),
    )
  })

  test.each([
    ['', []],
    ['a', [['a', null]]],
    ['a=', [['a', '']]],
    [
      'a=b=c&&d',
      [
        ['a', 'b=c'],
        ['d', null],
      ],
    ],
    [
      'a=50%&%zz=1',
      [
        ['a', '50%'],
        ['%zz', '1'],
      ],
    ],
    ['a=1&a=2', [['a', '2']]],
    [
      '?a=1&?b=2',
      [
        ['a', '1'],
        ['?b', '2'],
      ],
    ],
    [
      '%24.mid=%c3%a9&$.cid=%C3%A9',
      [
        ['$.mid', 'é'],
        ['$.cid', 'é'],
      ],
    ],
  ])('%j is read as %j', (bag, pairs) => {
    expect([...parseBag(bag)]).toEqual(pairs)
  })
})

describe('a filter', () => {
  const device = { deviceId: 'd' }
  const module = { deviceId: 'd', moduleId: 'm' }

  test.each([
    ['$iothub/twin/res/#', device, 'twin-answers'],
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
  ])('%s of %j is for %s', (filter, identity, purpose) => {
    expect(purposeOf(filter, identity)).toBe(purpose)
  })
})

describe('a topic', () => {
  test.each(['d', 'a:b', 'x%20y', "o'(1)", 'plus+', 'hash#', '100%', '$x'])('names the device %s', (deviceId) => {
    const topic = cloudMessageTopic({ deviceId }, '')
    expect(topic.slice(0, topic.indexOf('/messages'))).not.toMatch(/[+#]/)
    const events = topic.replace('devicebound', 'events')
    for (const spelling of [events, `devices/${encodeURIComponent(deviceId)}/messages/events/`]) {
      expect(telemetryBag(spelling, { deviceId })).toBe('')
    }
    expect(telemetryBag(events, { deviceId: `${deviceId}x` })).toBeUndefined()
  })

  test.each([
    ['$iothub/methods/res/200/?$rid=1', { type: 'method-answer', status: 200, rid: '1' }],
    ['$iothub/methods/res/7/?$rid=a%20b&x=y', { type: 'method-answer', status: 7, rid: 'a%20b' }],
    ['$iothub/methods/res/-7/?$rid=1', undefined],
    ['$iothub/methods/res/200/', { type: 'method-answer', status: 200, rid: undefined }],
    ['$iothub/methods/res/200', undefined],
    ['$iothub/methods/res/2x/?$rid=1', undefined],
    ['$iothub/methods/POST/reboot/?$rid=1', undefined],
    ['devices/d/messages/events/a=b/', { type: 'telemetry', bag: 'a=b' }],
    ['devices/d/messages/events', { type: 'telemetry', bag: '' }],
    ['devices/d/messages/eventsx', undefined],
    ['devices/d/messages/devicebound/', undefined],
  ])('%s is %j', (topic, request) => {
    expect(parsePublishTopic(topic, { deviceId: 'd' })).toEqual(request)
  })
})

test('packet identifiers start again after 65,535, and are never 0', () => {
  const ids = [1, 65535, 65536, 131070, 131071].map((sequenceNumber) => packetIdOf({ sequenceNumber }))
  expect(ids).toEqual([1, 65535, 1, 65535, 1])
})
