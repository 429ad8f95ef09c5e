import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openDevice, openTwin } from '../../core/src/index.ts'
import * as light from '../../core/src/light/index.ts'
import { openSharedDevice as openLightSharedDevice } from '../../core/src/light/shared-device.ts'
import { openSharedTwin as openLightSharedTwin } from '../../core/src/light/shared-twin.ts'
import { inputs, messages } from '../../core/src/messages/index.ts'
import { methods } from '../../core/src/methods/index.ts'
import { openSharedDevice } from '../../core/src/shared-device.ts'
import { openSharedTwin } from '../../core/src/shared-twin.ts'
import { telemetry } from '../../core/src/telemetry/index.ts'
import { keyCredentials } from '../../core/src/credentials/key.ts'
import { TwinError } from '../../core/src/errors.ts'
import { pageWakeSource } from '../../core/src/runtime/page-wake.ts'
import { readArguments } from '../../core/src/arguments.ts'

const CONNECTION_STRING = 'HostName=contoso.azure-devices.net;DeviceId=device1;SharedAccessKey=bWFkZS11cA=='

/** An app in JavaScript has no types. */
type Untyped = (...args: readonly unknown[]) => unknown

const OPENERS: readonly (readonly [name: string, open: Untyped])[] = [
  ['openTwin()', openTwin as Untyped],
  ['openDevice()', openDevice as Untyped],
  ['openSharedTwin()', openSharedTwin as Untyped],
  ['openSharedDevice()', openSharedDevice as Untyped],
  ['openTwin() of hubtwin/light', light.openTwin as Untyped],
  ['openDevice() of hubtwin/light', light.openDevice as Untyped],
  ['openSharedTwin() of hubtwin/light', openLightSharedTwin as Untyped],
  ['openSharedDevice() of hubtwin/light', openLightSharedDevice as Untyped],
]

describe.each(OPENERS)('%s', (_, open) => {
  test.each<[unknown, string]>([
    [null, 'options is null, not an object'],
    [5, 'options is a number, not an object'],
    ['ws://localhost', 'options is a string, not an object'],
    [[], 'options is an array, not an object'],
    [{ endpoint: 5 }, 'options.endpoint is a number, not a string'],
    [{ signal: new AbortController() }, 'options.signal is an object, not an AbortSignal'],
    [{ observer: 'log' }, 'options.observer is a string, not a function'],
    [{ reportStorage: new Set() }, 'options.reportStorage.get is undefined, not a function'],
    [{ reportStorage: null }, 'options.reportStorage is null, not an object'],
  ])('rejects the options %j', (options, message) => {
    expect(() => open(CONNECTION_STRING, options)).toThrow(new TypeError(message))
  })

  test('lists the known options, with use', () => {
    const known = /^options has an unknown "usee"; known are requestTimeoutInMs, .*, signal, and use for openDevice$/
    expect(() => open(CONNECTION_STRING, { usee: {} })).toThrow(known)
  })

  test.each<[string, unknown]>([
    ['Connection string is empty; expected HostName=…;DeviceId=…;SharedAccessKey=…', '  '],
    [
      "Connection string has no DeviceId; it is the hub's policy key, not a device's",
      'HostName=contoso.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey=bWFkZS11cA==',
    ],
    ['Connection string has no DeviceId', 'HostName=contoso.azure-devices.net;SharedAccessKey=bWFkZS11cA=='],
    ['Connection string has quotes around it', `'${CONNECTION_STRING}'`],
    ['credentials is undefined, neither a connection string nor { identity, token }', undefined],
    ['credentials is a number, neither a connection string nor { identity, token }', 5],
    ['credentials is an object, neither a connection string nor { identity, token }', { identity: {} }],
  ])('says: %s', (message, credentials) => {
    const type = typeof credentials === 'string' ? SyntaxError : TypeError
    expect(() => open(credentials)).toThrow(new type(message))
  })
})

test('openTwin() says that use is an option of openDevice()', () => {
  const open = openTwin as Untyped
  expect(() => open(CONNECTION_STRING, { use: {} })).toThrow(/unknown "use"; .* and use for openDevice$/)
})

describe.each(OPENERS.filter(([name]) => name.includes('Device')))('%s', (_, open) => {
  const notFeature = 'not a feature such as the result of telemetry()'
  test.each<[string, unknown, string]>([
    ['null', null, 'options.use is null, not an object'],
    ['an array', [methods()], 'options.use is an array, not an object'],
    ['a feature', methods(), 'options.use is a feature without a name; give it one, as in { telemetry: telemetry() }'],
    ['a function', { methods }, `options.use.methods is a function, ${notFeature}; call the function`],
    ['undefined', { methods: undefined }, `options.use.methods is undefined, ${notFeature}`],
    ['options', { telemetry: { maxMessages: 5 } }, `options.use.telemetry is an object, ${notFeature}`],
    ['a reserved name', { twin: methods() }, 'options.use.twin needs another name; a device has its own "twin"'],
  ])('rejects %s as use', (_name, use, message) => {
    expect(() => open(CONNECTION_STRING, { use })).toThrow(new TypeError(message))
  })
})

describe.each<[string, Untyped, string]>([
  ['telemetry()', telemetry as Untyped, 'maxMessages, maxBytes, overflow, acknowledgeTimeoutInMs, storage'],
  ['methods()', methods as Untyped, 'concurrency, responseTimeoutInMs'],
  ['messages()', messages as Untyped, 'persistentSession, retryDelayInMs, maxRetryDelayInMs'],
  ['inputs()', inputs as Untyped, 'persistentSession, retryDelayInMs, maxRetryDelayInMs'],
])('%s', (_, feature, known) => {
  test.each<[unknown, string]>([
    [null, 'options is null, not an object'],
    [5, 'options is a number, not an object'],
    [{ retries: 5 }, `options has an unknown "retries"; known are ${known}`],
  ])('rejects the options %j', (options, message) => {
    expect(() => feature(options)).toThrow(new TypeError(message))
  })
})

describe('A feature', () => {
  test.each<[() => unknown, string]>([
    [
      () => telemetry({ overflow: 'drop' as 'reject-oldest' }),
      'options.overflow is "drop", neither "reject-newest" nor "reject-oldest"',
    ],
    [() => telemetry({ storage: new Set() as never }), 'options.storage.get is undefined, not a function'],
    [() => messages({ persistentSession: 1 as never }), 'options.persistentSession is a number, not a boolean'],
    [() => methods({ concurrency: 'all' as never }), 'options.concurrency is a string, not a number'],
  ])('%#: names a wrong option', (make, message) => {
    expect(make).toThrow(new TypeError(message))
  })
})

describe('readArguments()', () => {
  test.each([
    [1, 120],
    [119, 120],
    [180, 180],
    [1177, 1177],
  ])('raises a keep-alive of %d s to %d s in a page, whose timers may fire once a minute', (given, used) => {
    const options = { keepaliveInSeconds: given }
    expect(readArguments(CONNECTION_STRING, options).options.keepaliveInSeconds).toBe(given)
    vi.stubGlobal('document', new EventTarget())
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(readArguments(CONNECTION_STRING, options).options.keepaliveInSeconds).toBe(used)
  })
})

describe('The checked arguments', () => {
  const SIGNATURE = 'SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fdevice1&sig=x&se=4000000000'

  test('takes the token of a connection string, which no app can renew', async () => {
    const text = `HostName=contoso.azure-devices.net;DeviceId=device1;SharedAccessSignature=${SIGNATURE}`
    const { credentials } = readArguments(text, {})
    expect(credentials.identity).toEqual({ hostName: 'contoso.azure-devices.net', deviceId: 'device1' })
    expect(await credentials.token()).toEqual({ password: SIGNATURE, expiresAt: 4_000_000_000_000 })
  })

  test('signs tokens with the key of a connection string', async () => {
    const { credentials } = readArguments(CONNECTION_STRING, {})
    const { password, expiresAt } = await credentials.token()
    const expected = keyCredentials(credentials.identity, 'bWFkZS11cA==', { now: () => expiresAt - 3_600_000 })
    expect(password).toBe((await expected.token()).password)
  })

  test('joins the wake events of the page and of the app', () => {
    const page = new EventTarget()
    vi.stubGlobal('document', page)
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
    onTestFinished(() => void vi.unstubAllGlobals())
    let emit: ((event: 'wake' | 'sleep') => void) | undefined
    const { options } = readArguments(CONNECTION_STRING, {
      wakeSource(listener) {
        emit = listener
        return () => (emit = undefined)
      },
    })
    const events: string[] = []
    const stop = options.wakeSource?.((event) => events.push(event))
    page.dispatchEvent(new Event('online'))
    emit?.('sleep')
    expect(events).toEqual(['wake', 'sleep'])
    stop?.()
    page.dispatchEvent(new Event('online'))
    expect([events.length, emit]).toEqual([2, undefined])
  })

  test('has the wake events of the page alone without a source of the app', () => {
    expect(readArguments(CONNECTION_STRING, {}).options.wakeSource).toBe(pageWakeSource)
  })

  test('rejects null as credentials', () => {
    expect(() => readArguments(null as never, {})).toThrow(
      new TypeError('credentials is null, neither a connection string nor { identity, token }'),
    )
  })
})

test('A TwinError has the status and the delay of the hub only where the hub gave them', () => {
  const details = { status: 429, retryAfterInMs: 5 }
  expect(Object.keys(new TwinError('ERR_THROTTLED', 'slow'))).toEqual(['name', 'code', 'retriable'])
  expect(new TwinError('ERR_THROTTLED', 'slow', details)).toMatchObject(details)
})

describe('openTwin()', () => {
  test.each(['TextDecoder', 'TextEncoder'])('names %s if the runtime lacks it, as jsdom does in Jest', (name) => {
    const { value } = Object.getOwnPropertyDescriptor(globalThis, name) as { value: unknown }
    Reflect.deleteProperty(globalThis, name)
    onTestFinished(() => void Object.assign(globalThis, { [name]: value }))
    expect(() => openTwin(CONNECTION_STRING)).toThrow(TypeError)
    expect(() => openTwin(CONNECTION_STRING)).toThrow(`This runtime has no ${name}`)
  })
})
