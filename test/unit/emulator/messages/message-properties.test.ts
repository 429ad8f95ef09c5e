import { expect, test } from 'vitest'
import {
  meteredBytes,
  readDeviceBoundBag,
  splitTelemetryBag,
} from '../../../../emulator/src/messages/message-properties.ts'
import { parseBag } from '../../../../emulator/src/mqtt/property-bag.ts'

const systemKeys = 'mid cid uid to exp ct ce ctime ifid sub schema on'.split(' ')
const SYSTEM_NAMES = [
  ...['message-id', 'correlation-id', 'user-id', 'to', 'absolute-expiry-time', 'content-type', 'content-encoding'],
  ...['iothub-creation-time-utc', 'iothub-interface-id', 'dt-subject', 'iothub-message-schema', 'iothub-outputname'],
]

test('splitTelemetryBag() names system properties as back ends read them', () => {
  const bag = parseBag(`${systemKeys.map((key) => `$.${key}=${key}`).join('&')}&$.other=1&mine=2&$x=3&null`)
  expect(splitTelemetryBag(bag)).toStrictEqual({
    properties: { mine: '2', $x: '3', null: null },
    systemProperties: {
      ...Object.fromEntries(SYSTEM_NAMES.map((name, at) => [name, systemKeys[at]])),
      '$.other': '1',
    },
  })
})

test('splitTelemetryBag() leaves the names of messages to a device to the app', () => {
  const bag = parseBag('iothub-ack=full&iothub-operation=x&$.cdid=d')
  expect(splitTelemetryBag(bag)).toStrictEqual({
    properties: { 'iothub-ack': 'full', 'iothub-operation': 'x' },
    systemProperties: { '$.cdid': 'd' },
  })
})

test('readDeviceBoundBag() also knows the request for feedback, the operation, and the sender', () => {
  expect(readDeviceBoundBag('$.mid=1&iothub-ack=full&iothub-operation=x&$.cdid=d&$.cmid=m&$.zz=2&a=1')).toStrictEqual({
    properties: { a: '1' },
    systemProperties: {
      'message-id': '1',
      'iothub-ack': 'full',
      'iothub-operation': 'x',
      'iothub-connection-device-id': 'd',
      'iothub-connection-module-id': 'm',
      '$.zz': '2',
    },
  })
})

test.each([
  ['', 0],
  ['a=1', 2],
  ['a', 1],
  ['$.mid=abc', 3],
  ['$.mid', 0],
  ['$x=1', 3],
  ['%C3%A9=%C3%A9', 4],
  ['$.ct=a&b=cd', 4],
])('meteredBytes() of %s is %d', (bag, bytes) => {
  expect(meteredBytes(parseBag(bag))).toBe(bytes)
})
