import { expect, onTestFinished, test, vi } from 'vitest'
import { messages } from '../../core/src/messages/index.ts'
import { methods } from '../../core/src/methods/index.ts'
import type { TwinOptions } from '../../core/src/twin/options.ts'
import { settle } from './fake-clock.ts'
import { openReadyDevice } from './open-scripted-device.ts'

const FAILURE = new Error('the app failed')

/** Lets a method handler, a message handler, and a storage of the app fail. */
async function failEverywhere(options: TwinOptions): Promise<readonly unknown[][]> {
  const print = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => print.mockRestore())
  const fail = (): never => {
    throw FAILURE
  }
  const reportStorage = { get: fail, set: fail, remove: fail }
  const { device, hub } = await openReadyDevice(
    { methods: methods(), messages: messages() },
    { ...options, reportStorage },
  )
  device.methods.handle('reboot', fail)
  device.messages.listen(fail)
  hub.wire.message('$iothub/methods/POST/reboot/?$rid=1', '')
  hub.wire.message('devices/device1/messages/devicebound/%24.mid=m1', 'text', () => {})
  await settle()
  return print.mock.calls
}

test('Without an observer, errors of handlers and storages go to the console', async () => {
  const remark = 'the option "observer" gets this instead.'
  expect(await failEverywhere({})).toEqual([
    [`hubtwin: storageFailed; ${remark}`, FAILURE],
    [`hubtwin: methodFailed reboot; ${remark}`, FAILURE],
    [`hubtwin: messageFailed; ${remark}`, FAILURE],
  ])
})

test('With an observer, nothing goes to the console', async () => {
  const types: string[] = []
  expect(await failEverywhere({ observer: ({ type }) => void types.push(type) })).toEqual([])
  expect(types.filter((type) => type.endsWith('Failed'))).toEqual(['storageFailed', 'methodFailed', 'messageFailed'])
})
