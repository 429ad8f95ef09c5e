import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { openTwin } from '../../core/src/index.ts'
import { readArguments } from '../../core/src/arguments.ts'

const CONNECTION_STRING = 'HostName=contoso.azure-devices.net;DeviceId=device1;SharedAccessKey=bWFkZS11cA=='

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

describe('openTwin()', () => {
  test.each(['TextDecoder', 'TextEncoder'])('names %s if the runtime lacks it, as jsdom does in Jest', (name) => {
    const { value } = Object.getOwnPropertyDescriptor(globalThis, name) as { value: unknown }
    Reflect.deleteProperty(globalThis, name)
    onTestFinished(() => void Object.assign(globalThis, { [name]: value }))
    expect(() => openTwin(CONNECTION_STRING)).toThrow(TypeError)
    expect(() => openTwin(CONNECTION_STRING)).toThrow(`This runtime has no ${name}`)
  })
})
