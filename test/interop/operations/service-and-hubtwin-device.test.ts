import { openDevice, type Twin } from 'hubtwin'
import { openDevice as openLightDevice } from 'hubtwin/light'
import { methods, type Methods } from 'hubtwin/methods'
import { type Hub, startHub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { officialService, type OfficialService } from '../official-service.ts'
import { subscribed } from './transports.ts'

// The unmodified azure-iothub with a device of hubtwin. The titles are rows of the table in
// docs/emulator/azure-sdks.md.

let hub: Hub
let service: OfficialService

beforeAll(async () => {
  hub = await startHub()
  service = officialService(hub)
})
afterAll(() => hub.close())

describe.each([
  ['light', openLightDevice],
  ['mqtt.js', openDevice],
] as const)('azure-iothub with hubtwin over %s', (name, open) => {
  async function openNew(id: string, moduleId?: string): Promise<ReturnType<typeof openWithMethods>> {
    const deviceId = `${id}-${name}`
    await hub.createDevice(deviceId)
    if (moduleId !== undefined) await hub.createModule(deviceId, moduleId)
    const device = openWithMethods(
      hub.connectionStrings.device(deviceId, { plain: true, ...(moduleId !== undefined && { moduleId }) }),
    )
    onTestFinished(() => device.close())
    return device
  }

  function openWithMethods(connectionString: string): { twin: Twin; methods: Methods; close(): Promise<void> } {
    return open(connectionString, { use: { methods: methods() } })
  }

  test('calls a direct method, and gets the status and the payload of the handler', async () => {
    const device = await openNew('robot')
    device.methods.handle('reboot', ({ payload }) => ({ status: 202, payload: { was: payload } }))
    const { result } = await service.client.invokeDeviceMethod(`robot-${name}`, {
      methodName: 'reboot',
      payload: { delay: 3 },
      connectTimeoutInSeconds: 20,
    })
    expect(result).toEqual({ status: 202, payload: { was: { delay: 3 } } })
  })

  test('calls a direct method of a module', async () => {
    const module = await openNew('machine', 'pump')
    module.methods.handle('stop', () => 'stopped')
    const { result } = await service.client.invokeDeviceMethod(`machine-${name}`, 'pump', {
      methodName: 'stop',
      connectTimeoutInSeconds: 20,
    })
    expect(result).toEqual({ status: 200, payload: 'stopped' })
  })

  test('calls a direct method without a handler, and gets status 404', async () => {
    await openNew('deaf')
    const { result } = await service.client.invokeDeviceMethod(`deaf-${name}`, {
      methodName: 'unknown',
      connectTimeoutInSeconds: 20,
    })
    expect(result).toEqual({ status: 404, payload: null })
  })

  test('calls a direct method whose handler throws, and gets status 500 without the text of the error', async () => {
    const device = await openNew('broken')
    device.methods.handle('fail', () => {
      throw new Error('a secret')
    })
    const { result } = await service.client.invokeDeviceMethod(`broken-${name}`, {
      methodName: 'fail',
      connectTimeoutInSeconds: 20,
    })
    expect(result).toEqual({ status: 500, payload: null })
  })

  test('updates desired properties, and reads what the device reports', async () => {
    const { twin } = await openNew('heater')
    const isSet = new Promise((resolve) => {
      twin.onDesired('target', ({ value }) => resolve(value))
    })
    await subscribed(hub, `heater-${name}`, 'desired')
    await service.registry.updateTwin(`heater-${name}`, { properties: { desired: { target: 21 } } }, '*')
    expect(await isSet).toBe(21)
    await twin.report({ target: 21 })
    const { responseBody } = await service.registry.getTwin(`heater-${name}`)
    expect(responseBody.properties.reported).toMatchObject({ target: 21 })
  })
})
