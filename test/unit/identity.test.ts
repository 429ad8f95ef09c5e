import { describe, expect, test } from 'vitest'
import {
  clientId,
  copyIdentity,
  type DeviceIdentity,
  idProblem,
  isHost,
  isLoopback,
  userName,
} from '../../core/src/protocol/identity.ts'
import { METHOD_FILTER } from '../../core/src/protocol/method-topics.ts'

const HOST_NAME = 'contoso.azure-devices.net'
const HOST_PROBLEM = 'identity.hostName is not a host such as contoso.azure-devices.net, without a port'

describe('isHost()', () => {
  test.each(['h', 'a-b.c', 'hub_1', '127.0.0.1', '[::1]', '[2001:db8::7]'])('accepts %s', (host) => {
    expect(isHost(host)).toBe(true)
  })

  test.each(['', '-a', 'a-', 'a.', 'a b', 'a:1', 'https://a', '::1', '[::1', '[::1]x', 'x[::1]'])(
    'rejects %j',
    (host) => {
      expect(isHost(host)).toBe(false)
    },
  )
})

describe('isLoopback()', () => {
  test.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.255.10.1', '[::1]'])('accepts %s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  test.each([
    '',
    'localhost.example',
    '127.0.0',
    '127.0.0.1.example',
    'x127.0.0.1',
    '127.0.0.1234',
    '127.a.b.c',
    '::1',
  ])('rejects %j', (host) => {
    expect(isLoopback(host)).toBe(false)
  })
})

describe('idProblem()', () => {
  test("accepts 128 of the hub's characters", () => {
    expect(idProblem("aZ09-.+%_#*?!(),:;=@$'")).toBeUndefined()
    expect(idProblem('x'.repeat(128))).toBeUndefined()
  })

  test('names the problem', () => {
    expect(idProblem('x'.repeat(129))).toBe('has 129 characters; the limit is 128')
    for (const id of ['', 'a b', 'a/b', 'é', 'a\n'])
      expect(idProblem(id)).toBe("has a character that the hub rejects; it accepts A-Za-z0-9_.+%#*?!(),:;=@$'-")
  })
})

describe('copyIdentity()', () => {
  test.each<DeviceIdentity>([
    { hostName: HOST_NAME, deviceId: 'device1' },
    { hostName: HOST_NAME, deviceId: 'device1', moduleId: 'sensor' },
  ])('copies and freezes %j', (given) => {
    const copy = copyIdentity({ ...given, extra: 1 } as DeviceIdentity)
    expect(copy).toStrictEqual(given)
    expect(Object.isFrozen(copy)).toBe(true)
  })

  test.each<[unknown, string]>([
    [undefined, 'identity is not { hostName, deviceId }'],
    [null, 'identity is not { hostName, deviceId }'],
    ['device1', 'identity is not { hostName, deviceId }'],
    [{ deviceId: 'd' }, HOST_PROBLEM],
    [{ hostName: ['a'], deviceId: 'd' }, HOST_PROBLEM],
    [{ hostName: 'h:1', deviceId: 'd' }, HOST_PROBLEM],
    [{ hostName: HOST_NAME }, 'identity.deviceId is not a string'],
    [{ hostName: HOST_NAME, deviceId: 7 }, 'identity.deviceId is not a string'],
    [{ hostName: HOST_NAME, deviceId: 'x'.repeat(129) }, 'identity.deviceId has 129 characters; the limit is 128'],
    [{ hostName: HOST_NAME, deviceId: 'd', moduleId: 7 }, 'identity.moduleId is not a string'],
    [
      { hostName: HOST_NAME, deviceId: 'd', moduleId: 'x'.repeat(129) },
      'identity.moduleId has 129 characters; the limit is 128',
    ],
  ])('rejects %j', (given, message) => {
    expect(() => copyIdentity(given as DeviceIdentity)).toThrow(new TypeError(message))
  })
})

test('clientId() and userName() name the module too', () => {
  const device = { hostName: HOST_NAME, deviceId: 'device1' }
  const module = { ...device, moduleId: 'sensor' }
  expect([clientId(device), clientId(module)]).toEqual(['device1', 'device1/sensor'])
  expect(userName(device)).toBe(`${HOST_NAME}/device1/?api-version=2021-04-12&DeviceClientType=hubtwin`)
  expect(userName(module, 'dtmi:a;1')).toBe(
    `${HOST_NAME}/device1/sensor/?api-version=2021-04-12&model-id=dtmi%3Aa%3B1&DeviceClientType=hubtwin`,
  )
})

test('METHOD_FILTER has all direct methods', () => {
  expect(METHOD_FILTER).toEqual({ topic: '$iothub/methods/POST/#', qos: 0 })
})
