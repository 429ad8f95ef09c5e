import { describe, expect, test } from 'vitest'
import { parseUserName } from '../../../../emulator/src/mqtt/user-name.ts'

const HOST_NAME = 'localhost'

describe('parseUserName()', () => {
  test.each([
    ['localhost/d/?api-version=2021-04-12', { hostName: HOST_NAME, deviceId: 'd', apiVersion: '2021-04-12' }],
    ['localhost/d/m/?api-version=2', { hostName: HOST_NAME, deviceId: 'd', moduleId: 'm', apiVersion: '2' }],
    ['localhost/d/api-version=2&foo=bar', { hostName: HOST_NAME, deviceId: 'd', apiVersion: '2' }],
    ['localhost/d', { hostName: HOST_NAME, deviceId: 'd' }],
    ['localhost/d/', { hostName: HOST_NAME, deviceId: 'd' }],
    ['localhost/d/m', { hostName: HOST_NAME, deviceId: 'd', moduleId: 'm' }],
    ['localhost/dev#1+%/?api-version=2', { hostName: HOST_NAME, deviceId: 'dev#1+%', apiVersion: '2' }],
    ['localhost/a?b=c/?api-version=2', { hostName: HOST_NAME, deviceId: 'a?b=c', apiVersion: '2' }],
    ['localhost/d/m?x=1', { hostName: HOST_NAME, deviceId: 'd', moduleId: 'm?x=1' }],
    [
      'localhost/d/?api-version=2&model-id=dtmi:com:example:T;1&DeviceClientType=azure-iot-device%2F1.18.4',
      { hostName: HOST_NAME, deviceId: 'd', apiVersion: '2', modelId: 'dtmi:com:example:T;1' },
    ],
    [
      'localhost/d/?api-version=2019%2D10%2D01&DeviceClientType=py%2F3&model-id=dtmi%3Acom%3Aexample%3AT%3B1',
      { hostName: HOST_NAME, deviceId: 'd', apiVersion: '2019-10-01', modelId: 'dtmi:com:example:T;1' },
    ],
    [
      'localhost/d/m/?DeviceClientType=app/1.0 (x/y)&api-version=2&model-id=50%',
      { hostName: HOST_NAME, deviceId: 'd', moduleId: 'm', apiVersion: '2', modelId: '50%' },
    ],
    ['localhost/d/?m/?api-version=2', { hostName: HOST_NAME, deviceId: 'd', moduleId: '?m', apiVersion: '2' }],
    ['localhost/d/?foo=bar', { hostName: HOST_NAME, deviceId: 'd' }],
    ['localhost/d/?api-version=&model-id=', { hostName: HOST_NAME, deviceId: 'd' }],
    ['localhost/d/?api-version&model-id', { hostName: HOST_NAME, deviceId: 'd' }],
    ['localhost/?x', { hostName: HOST_NAME, deviceId: '?x' }],
    ['localhost/api-version=2', { hostName: HOST_NAME, deviceId: 'api-version=2' }],
    ['localhost/d/xapi-version=2', { hostName: HOST_NAME, deviceId: 'd', moduleId: 'xapi-version=2' }],
    ['localhost/d/auth-chain=x;y', { hostName: HOST_NAME, deviceId: 'd' }],
    ['localhost/d/foo=1&model-id=a', { hostName: HOST_NAME, deviceId: 'd', modelId: 'a' }],
    ['localhost/d/?api%2Dversion=2', { hostName: HOST_NAME, deviceId: 'd', apiVersion: '2' }],
    ['localhost/d/?api-version=2??', { hostName: HOST_NAME, deviceId: 'd', apiVersion: '2??' }],
    ['localhost/d/DeviceClientType=a/api-version=3&model-id=b', { hostName: HOST_NAME, deviceId: 'd', modelId: 'b' }],
  ])('reads %s', (text, expected) => {
    expect(parseUserName(text)).toStrictEqual(expected)
  })

  test.each([
    '',
    'localhost',
    'localhost/',
    '/d',
    'localhost//?api-version=2',
    'localhost/a/b/c/?api-version=2',
    'localhost/a/b/c',
    'localhost/d//?api-version=2',
  ])('refuses %j', (text) => {
    expect(parseUserName(text)).toBeUndefined()
  })
})
