import type iothub from 'azure-iothub'
import { openTwin, type Twin } from 'hubtwin'
import { openTwin as openLightTwin } from 'hubtwin/light'
import {
  buildAcknowledgmentPatch,
  buildComponentPatch,
  joinCommandName,
  listUnacknowledged,
  splitCommandName,
  TELEMETRY_COMPONENT,
} from 'hubtwin/plug-and-play'
import { startHub, type Hub, type HubEvent } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createRecording } from '../contract/suite/waits.ts'
import { connect } from '../support/device.ts'
import { officialDigitalTwins } from './official-service.ts'

// hubtwin's devices of IoT Plug and Play, as the service SDK sees them.

const MODEL = 'dtmi:com:example:TemperatureController;1'

let hub: Hub
let service: iothub.DigitalTwinClient

beforeAll(async () => {
  hub = await startHub({ devices: ['heavy', 'light', 'commanded', 'measuring'] })
  service = officialDigitalTwins(hub)
})
afterAll(() => hub.close())

describe.each([
  ['hubtwin', 'heavy', openTwin],
  ['hubtwin/light', 'light', openLightTwin],
] as const)('a device of %s', (_entry, deviceId, open) => {
  function openDevice(): Twin {
    const twin = open(hub.connectionStrings.device(deviceId, { plain: true }), { modelId: MODEL })
    onTestFinished(() => twin.close())
    return twin
  }

  test('shows its model, its components, and its acknowledgments to azure-iothub', async () => {
    await service.updateDigitalTwin(deviceId, [
      { op: 'add', path: '/thermostat1', value: { targetTemperature: 23.2, $metadata: {} } },
      { op: 'add', path: '/telemetryInterval', value: 30 },
    ])
    const twin = openDevice()
    await twin.report({
      serialNumber: 'alwinexlepaho8329',
      ...buildComponentPatch('thermostat1', { maxTemperature: 38.7 }),
    })
    const missed = listUnacknowledged(await twin.ready())
    expect(missed).toEqual([
      { component: 'thermostat1', name: 'targetTemperature', value: 23.2, version: 2 },
      { name: 'telemetryInterval', value: 30, version: 2 },
    ])
    for (const property of missed) {
      const { value, version } = property
      await twin.report(buildAcknowledgmentPatch(property, { value, ac: 200, av: version, ad: 'complete' }))
    }
    expect(listUnacknowledged(twin)).toEqual([])
    const accepted = { desiredVersion: 2, ackVersion: 2, ackCode: 200, ackDescription: 'complete' }
    expect(await service.getDigitalTwin(deviceId)).toMatchObject({
      serialNumber: 'alwinexlepaho8329',
      telemetryInterval: 30,
      thermostat1: {
        maxTemperature: 38.7,
        targetTemperature: 23.2,
        $metadata: { targetTemperature: { desiredValue: 23.2, ...accepted } },
      },
      $metadata: { $model: MODEL, telemetryInterval: { desiredValue: 30, ...accepted } },
    })
  })
})

test('splitCommandName() splits the name of a command that azure-iothub invokes on a component', async () => {
  const device = await connect(hub, { deviceId: 'commanded' })
  await device.client.subscribeAsync('$iothub/methods/POST/#')
  device.client.on('message', (topic) => {
    const [, , , methodName = '', query = ''] = topic.split('/')
    const body = JSON.stringify({ ...splitCommandName(methodName), methodName })
    device.client.publish(`$iothub/methods/res/200/${query}`, body)
  })
  const command = { component: 'thermostat1', name: 'getMaxMinReport' }
  expect(await service.invokeComponentCommand('commanded', command.component, command.name, 'since')).toMatchObject({
    body: { ...command, methodName: joinCommandName(command) },
  })
  expect(await service.invokeCommand('commanded', 'reboot', 3)).toMatchObject({
    body: { name: 'reboot', methodName: 'reboot' },
  })
})

test('TELEMETRY_COMPONENT makes the hub name the component of telemetry', async () => {
  const events = createRecording<HubEvent>()
  onTestFinished(hub.events.listen(events.add))
  const device = await connect(hub, { deviceId: 'measuring' })
  const bag = new URLSearchParams({ [TELEMETRY_COMPONENT]: 'thermostat1' }).toString()
  await device.client.publishAsync(`devices/measuring/messages/events/${bag}`, '{"temperature":21.5}', { qos: 1 })
  expect(await events.find('telemetry', ({ type }) => type === 'telemetry')).toMatchObject({
    systemProperties: { 'dt-subject': 'thermostat1' },
  })
})
