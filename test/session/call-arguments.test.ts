import { expect, test } from 'vitest'
import { messages } from '../../core/src/messages/index.ts'
import { methods } from '../../core/src/methods/index.ts'
import { telemetry } from '../../core/src/telemetry/index.ts'
import { openReadyDevice } from './open-scripted-device.ts'

const openUntyped = async () => {
  const { device } = await openReadyDevice({ methods: methods(), messages: messages(), telemetry: telemetry() })
  // An app in JavaScript has no types.
  return device as unknown as Untyped
}

type Untyped = { readonly [Name in 'twin' | 'methods' | 'messages' | 'telemetry']: Calls } & Calls
type Calls = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>

const wrongOptions = (options: unknown): [string, (device: Untyped) => unknown][] => [
  ['twin.ready', ({ twin }) => twin['ready']?.(options)],
  ['twin.refresh', ({ twin }) => twin['refresh']?.(options)],
  ['twin.report', ({ twin }) => twin['report']?.({ a: 1 }, options)],
  ['twin.changes', ({ twin }) => twin['changes']?.(options)],
  ['twin.statuses', ({ twin }) => twin['statuses']?.(options)],
  ['telemetry.send', ({ telemetry: api }) => api['send']?.('a', options)],
  ['telemetry.ready', ({ telemetry: api }) => api['ready']?.(options)],
  ['messages.read', ({ messages: api }) => api['read']?.(options)],
]

test.each([...wrongOptions(null), ['close', (device: Untyped) => device['close']?.(null)] as const])(
  '%s names options that are null',
  async (_, call) => {
    const device = await openUntyped()
    await expect(async () => call(device)).rejects.toThrow(new TypeError('options is null, not an object'))
  },
)

test.each(wrongOptions('climate'))('%s names options that are a text', async (_, call) => {
  const device = await openUntyped()
  await expect(async () => call(device)).rejects.toThrow(new TypeError('options is a string, not an object'))
})

test.each([
  ...wrongOptions({ timeoutInMS: 1 }),
  ['close', (device: Untyped) => device['close']?.({ timeoutInMS: 1 })] as const,
])('%s names an option that it does not know', async (_, call) => {
  const device = await openUntyped()
  await expect(async () => call(device)).rejects.toThrow(/^options has an unknown "timeoutInMS"; known are /)
})

test.each(wrongOptions({ signal: new AbortController() }))('%s names a controller as a signal', async (_, call) => {
  const device = await openUntyped()
  const message = 'options.signal is an object, not an AbortSignal'
  await expect(async () => call(device)).rejects.toThrow(new TypeError(message))
})

test.each<[string, (device: Untyped) => unknown, string]>([
  ['a path alone', ({ twin }) => twin['onDesired']?.('climate'), 'listener is undefined, not a function'],
  ['no argument', ({ twin }) => twin['onDesired']?.(), 'listener is undefined, not a function'],
  ['a number as the path', ({ twin }) => twin['onDesired']?.(5, () => {}), 'Path is a number, not a string'],
  ['the path last', ({ twin }) => twin['onDesired']?.(() => {}, 'climate'), 'listener is a string, not a function'],
  ['a path of changes()', ({ twin }) => twin['changes']?.({ path: 5 }), 'Path is a number, not a string'],
  ['no status listener', ({ twin }) => twin['onStatus']?.(), 'listener is undefined, not a function'],
  ['no name of a method', ({ methods: api }) => api['handle']?.(() => {}), 'Method name is a function, which cannot'],
  ['no handler of a method', ({ methods: api }) => api['handle']?.('reboot'), 'handler is undefined, not a function'],
  ['no handler of messages', ({ messages: api }) => api['listen']?.(), 'handler is undefined, not a function'],
])('A call with %s has a clear error', async (_, call, message) => {
  const device = await openUntyped()
  await expect(async () => call(device)).rejects.toThrow(message)
})
