import { object } from 'valibot'
import { expect, test } from 'vitest'
import { messages } from '../../core/src/messages/index.ts'
import { methods } from '../../core/src/methods/index.ts'
import { validateDesired } from '../../core/src/schema/index.ts'
import { telemetry } from '../../core/src/telemetry/index.ts'
import { openReadyDevice } from './open-scripted-device.ts'

const SCHEMA = object({})

const openClosed = async () => {
  const { device } = await openReadyDevice({ methods: methods(), messages: messages(), telemetry: telemetry() })
  const validated = validateDesired(device.twin, SCHEMA)
  await device.close()
  return { ...device, validated }
}

type Closed = Awaited<ReturnType<typeof openClosed>>

test.each<[string, (device: Closed) => unknown]>([
  ['methods.handle', (device) => device.methods.handle('reboot', () => 1)],
  ['methods.handleOthers', (device) => device.methods.handleOthers(() => 1)],
  ['messages.listen', (device) => device.messages.listen(() => {})],
  ['messages.read', (device) => device.messages.read().next()],
  ['an iteration over messages', (device) => device.messages[Symbol.asyncIterator]().next()],
  ['telemetry.send', (device) => device.telemetry.send('a')],
  ['telemetry.ready', (device) => device.telemetry.ready()],
  ['twin.onDesired', (device) => device.twin.onDesired(() => {})],
  ['twin.onDesired with a path', (device) => device.twin.onDesired('a', () => {})],
  ['twin.changes', (device) => device.twin.changes()],
  ['twin.onReported', (device) => device.twin.onReported(() => {})],
  ['twin.ready', (device) => device.twin.ready()],
  ['twin.refresh', (device) => device.twin.refresh()],
  ['validated.onDesired', (device) => device.validated.onDesired(() => {})],
  ['validated.changes', (device) => device.validated.changes()],
  ['validateDesired', (device) => validateDesired(device.twin, SCHEMA)],
  ['twin.report', (device) => device.twin.report({ a: 1 })],
])('After close(), %s fails with ERR_CLOSED', async (_, call) => {
  const device = await openClosed()
  await expect(async () => call(device)).rejects.toMatchObject({
    name: 'TwinError',
    code: 'ERR_CLOSED',
    message: expect.stringMatching(/^(Device|Twin) is closed$/),
  })
})
