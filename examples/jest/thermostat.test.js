import { startHub } from 'hubtwin-emulator'
import { startThermostat } from './thermostat.js'

let hub
let twin
beforeAll(async () => {
  hub = await startHub() // in memory, on free ports
})
afterEach(() => twin.close())
afterAll(() => hub.close())

test('The thermostat reports the target that a back end desires.', async () => {
  twin = startThermostat(hub.connectionStrings.device('device1', { plain: true }))
  const reported = new Promise((resolve) => {
    twin.onReported(({ reported: { target } }) => target === 21 && resolve(target))
  })
  await hub.updateTwin('device1', { properties: { desired: { target: 21 } } })
  expect(await reported).toBe(21)
  expect(hub.twin('device1').properties.reported.target).toBe(21)
})
