import { openDevice as openOverMqttJs } from 'hubtwin'
import { openDevice as openLight } from 'hubtwin/light'
import { messages } from 'hubtwin/messages'
import { methods } from 'hubtwin/methods'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Hub, startHub } from '../../../emulator/src/index.ts'
import { later } from '../../support/cleanup.ts'
import { connectOptions } from '../../support/device.ts'
import { connectMqtt } from '../../support/mqtt.ts'

let hub: Hub
beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.close())

/** A program that subscribes in a persistent session, and ends. */
async function runEarlierProgram(deviceId: string): Promise<void> {
  await hub.createDevice(deviceId)
  const client = connectMqtt(hub.endpoints.ws, { ...connectOptions(hub, { deviceId }), clean: false })
  await client.subscribeAsync(['$iothub/methods/POST/#', `devices/${deviceId}/messages/devicebound/#`], { qos: 1 })
  await client.endAsync()
}

/** @returns `undefined` for an answered call */
function failureOf(deviceId: string): Promise<unknown> {
  const call = hub.invokeMethod(deviceId, { methodName: 'reboot', responseTimeoutInSeconds: 5 })
  return call.then(
    () => undefined,
    (error: unknown) => (error as { code?: unknown }).code,
  )
}

describe.each([
  ['light', openLight],
  ['mqtt.js', openOverMqttJs],
] as const)('A device over %s with a persistent session', (name, openDevice) => {
  const idOf = (role: string): string => `${role}-${name.replace('.', '')}`
  const connectionString = (deviceId: string): string => hub.connectionStrings.device(deviceId, { plain: true })

  test('unsubscribes the methods of an earlier program that it does not answer, and gets its messages', async () => {
    const deviceId = idOf('unused')
    await runEarlierProgram(deviceId)
    const device = openDevice(connectionString(deviceId), { use: { messages: messages({ persistentSession: true }) } })
    later(() => device.close())
    const received: string[] = []
    device.messages.listen(({ text }) => void received.push(text))
    await device.twin.ready()
    expect(await failureOf(deviceId)).toBe('DeviceNotOnline')
    await hub.sendToDevice(deviceId, { body: 'hello' })
    await expect.poll(() => received).toEqual(['hello'])
  })

  test('keeps the subscriptions that it uses', async () => {
    const deviceId = idOf('used')
    await runEarlierProgram(deviceId)
    const use = { messages: messages({ persistentSession: true }), methods: methods() }
    const device = openDevice(connectionString(deviceId), { use })
    later(() => device.close())
    device.methods.handle('reboot', () => ({ status: 202 }))
    await device.twin.ready()
    expect(await failureOf(deviceId)).toBeUndefined()
  })
})
