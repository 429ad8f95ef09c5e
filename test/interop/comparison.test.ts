import { startHub, type Hub } from 'hubtwin-emulator'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createRecording, within } from '../contract/suite/waits.ts'
import { officialClient, officialReport } from './official-device.ts'
import { officialHas, openPair, type Pair } from './pair.ts'

// The same events happen to two devices. The tests prove the README's comparison of both clients.

let hub: Hub

beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.close())

async function pair(
  ...parameters: Parameters<typeof openPair> extends [Hub, ...infer Rest] ? Rest : never
): Promise<Pair> {
  const opened = await openPair(hub, ...parameters)
  onTestFinished(() => opened.close())
  return opened
}

test('azure-iot-device loses an update that the hub makes while it is offline; hubtwin delivers it', async () => {
  const { official, ours, ...both } = await pair()
  await both.shutGate()
  await both.patchDesired({ missed: true })
  await both.openGate()
  await both.patchDesired({ later: true })
  await Promise.all([
    officialHas(official.twin, 'later', true),
    ours.changes.find('later', ({ desired }) => desired['later'] === true),
  ])
  expect(official.twin.properties.desired).not.toHaveProperty('missed')
  expect(ours.twin.desired).toEqual({ missed: true, later: true })
})

test('azure-iot-device continues with a gap after a lost patch; hubtwin reads the twin', async () => {
  const { official, ours, ...both } = await pair()
  both.setFault({ fault: 'lose', operation: 'notification' }, 1)
  await both.patchDesired({ lost: true })
  await both.patchDesired({ later: true })
  await Promise.all([
    officialHas(official.twin, 'later', true),
    ours.changes.find('later', ({ desired }) => desired['later'] === true),
  ])
  expect(official.twin.properties.desired).not.toHaveProperty('lost')
  expect(ours.twin.desired).toEqual({ lost: true, later: true })
})

test('azure-iot-device goes back to an older version; hubtwin ignores it', async () => {
  const { official, ours, ...both } = await pair({ mode: 'new' })
  await both.patchDesired({ mode: 'newest' })
  await both.send('$iothub/twin/PATCH/properties/desired/?$version=2', '{"mode":"old","$version":2}')
  await officialHas(official.twin, 'mode', 'old')
  await ours.twin.refresh()
  expect(official.twin.properties.desired['$version']).toBe(2)
  expect(ours.twin.versions.desired).toBe(3)
  expect(ours.changes.items.map(({ desired }) => desired['mode'])).toEqual(['new', 'newest'])
})

test('azure-iot-device merges arrays by index; hubtwin replaces them, as the hub does', async () => {
  const { official, ours, ...both } = await pair({ list: [1, 2, 3] })
  await both.patchDesired({ list: [9], later: true })
  await Promise.all([
    officialHas(official.twin, 'later', true),
    ours.changes.find('later', ({ desired }) => desired['later'] === true),
  ])
  expect(official.twin.properties.desired['list']).toEqual([9, 2, 3])
  expect(ours.twin.desired['list']).toEqual([9])
})

test('azure-iot-device never settles a report whose response is lost; hubtwin sends it again', async () => {
  const { official, ours, ...both } = await pair()
  both.setFault({ fault: 'lose', operation: 'patch' }, 1)
  const ended = createRecording<string>()
  void officialReport(official.twin, { first: 1 }).finally(() => ended.add('first'))
  await within(ours.twin.report({ first: 1 }), 'report')
  await within(officialReport(official.twin, { second: 2 }), 'official report').then(() => ended.add('second'))
  expect(ended.items).toEqual(['second'])
  expect(hub.twin(ours.deviceId)['properties']).toMatchObject({ reported: { first: 1 } })
})

test('azure-iot-device treats a refusal without a body as success; hubtwin rejects with its status', async () => {
  const { official, ours, ...both } = await pair()
  both.setFault({ operation: 'patch', status: 400, body: '' }, 1)
  await officialReport(official.twin, { refused: true })
  const refused = await ours.twin.report({ refused: true }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'ERR_BAD_REQUEST', status: 400 })
  expect(official.twin.properties.reported['refused']).toBe(true)
  expect(ours.twin.reported).toEqual({})
  expect(hub.twin(official.deviceId)['properties']).not.toHaveProperty('reported.refused')
})

test('azure-iot-device gives up at the first 429; hubtwin waits and tries again', async () => {
  const { official, ours, ...both } = await pair()
  both.setFault({ fault: 'throttle', operation: 'patch' }, 1)
  await expect(officialReport(official.twin, { hasty: true })).rejects.toThrow(/throttl/i)
  await within(ours.twin.report({ hasty: true }), 'report')
  expect(ours.twin.reported).toEqual({ hasty: true })
})

test('azure-iot-device hides falsy values from a new listener; hubtwin delivers them', async () => {
  const values = { off: false, zero: 0, empty: '', last: 1 }
  const { official, ours } = await pair(values)
  const [theirs, mine] = [createRecording<string>(), createRecording<string>()]
  for (const key of Object.keys(values)) {
    official.twin.on(`properties.desired.${key}`, () => theirs.add(key))
    ours.twin.onDesired(key, () => mine.add(key))
  }
  await Promise.all([theirs, mine].map((record) => record.find('the last', (key) => key === 'last')))
  expect(theirs.items).toEqual(['last'])
  expect(mine.items).toEqual(['off', 'zero', 'empty', 'last'])
})

test('azure-iot-device calls the first listener again for a second; hubtwin calls only the new one', async () => {
  const { official, ours } = await pair({ level: 1 })
  const [theirs, mine] = [createRecording<string>(), createRecording<string>()]
  for (const name of ['first', 'second']) {
    official.twin.on('properties.desired.level', () => theirs.add(name))
    ours.twin.onDesired('level', () => mine.add(name))
    await Promise.all([theirs, mine].map((record) => record.find(name, (each) => each === name)))
  }
  expect(theirs.items).toEqual(['first', 'first', 'second'])
  expect(mine.items).toEqual(['first', 'second'])
})

test('azure-iot-device cannot report after it receives a property called update; hubtwin can', async () => {
  const { official, ours } = await pair()
  await officialReport(official.twin, { update: 1 })
  await ours.twin.report({ update: 1 })
  await expect(officialReport(official.twin, { next: 2 })).rejects.toThrow(TypeError)
  await ours.twin.report({ next: 2 })
  expect(ours.twin.reported).toEqual({ update: 1, next: 2 })
})

test('azure-iot-device calls an unreachable hub unauthorized; hubtwin calls it unreachable', async () => {
  const { official, ours, ...both } = await pair()
  await official.client.close()
  await both.shutGate()
  // No program listens on port 1 of a machine without tcpmux.
  const client = await officialClient({
    connectionString: hub.connectionStrings.device(official.deviceId),
    certificateAuthority: hub.certificateAuthority,
    port: 1,
  })
  const error: unknown = await client.open().catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'UnauthorizedError' })
  const statuses = createRecording<string>()
  ours.twin.onStatus((status) => statuses.add(status.type === 'waiting' ? status.error.code : status.type))
  await statuses.find('the reason', (each) => each === 'ERR_UNREACHABLE')
  expect(statuses.items).not.toContain('ERR_UNAUTHORIZED')
})
