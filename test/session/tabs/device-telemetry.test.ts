import { expect, test } from 'vitest'
import { telemetry } from '../../../core/src/telemetry/index.ts'
import { createSharedDevice } from '../../../core/src/shared-device/create-shared-device.ts'
import { checkOptions } from '../../../core/src/twin/options.ts'
import { createFakeClock, settle } from '../fake-clock.ts'
import { peek } from '../open-scripted.ts'
import { createScriptedHub, type ScriptedWire } from '../scripted-hub.ts'
import { createFakeBrowser } from './fake-tabs.ts'
import { type DeviceOrigin, openDevices, syncNext } from './open-devices.ts'

/** The bodies of the telemetry on a connection with their message IDs, in order. */
function sentOn(wire: ScriptedWire): string[] {
  return wire.sent
    .filter(({ topic }) => topic.includes('/messages/events/'))
    .map(({ topic, payload }) => `${payload} ${new URLSearchParams(topic.split('/').at(-1)).get('$.mid')}`)
}

function send({ tabs }: DeviceOrigin, name: string): Promise<void>[] {
  return tabs.map(({ device }, index) => device.telemetry.send(`${name}${index}`, { messageId: `${name}${index}` }))
}

test.each([2, 5])('%i tabs send telemetry over a single connection, and each gets its PUBACK', async (count) => {
  const origin = await openDevices(count)
  const sent = send(origin, 'a')
  await settle()
  expect(origin.hub.wires).toHaveLength(1)
  expect(sentOn(origin.hub.wire)).toEqual(sent.map((_, index) => `a${index} a${index}`))
  for (const each of sent) expect(await peek(each)).toBeUndefined()
  while (origin.hub.wire.unacknowledged.length > 0) origin.hub.wire.puback()
  await Promise.all(sent)
})

test.each(['closes', 'crashes', 'sleeps'])(
  'Unacknowledged telemetry of a follower leaves again with its message ID when the leader %s',
  async (how) => {
    const origin = await openDevices(3)
    const [own, acknowledged, open] = send(origin, 'a')
    // The leader's own telemetry ends with its tab.
    own?.catch(() => {})
    await settle()
    origin.hub.wire.puback(1)
    await acknowledged
    const first = origin.hub.wire
    const { device, tab, emit } = origin.at(0)
    if (how === 'closes') void device.close({ timeoutInMs: 0 })
    else if (how === 'sleeps') emit('sleep')
    else tab.crash()
    await syncNext(origin)
    expect(origin.hub.wires).toHaveLength(2)
    expect(sentOn(first)).toEqual(['a0 a0', 'a1 a1', 'a2 a2'])
    expect(sentOn(origin.hub.wire)).toEqual(['a2 a2'])
    origin.hub.wire.puback()
    await open
  },
)

test('A lost connection of the leader makes followers send messages without PUBACK again', async () => {
  const origin = await openDevices(2)
  const sent = send(origin, 'a')
  await settle()
  origin.hub.wire.puback()
  await settle()
  origin.hub.wire.drop()
  await origin.clock.advance(1000)
  await syncNext(origin)
  expect(sentOn(origin.hub.wire)).toEqual(['a1 a1'])
  origin.hub.wire.puback()
  await Promise.all(sent)
})

test('A follower sends what waited for a leader, and a renewal waits for its PUBACK', async () => {
  const origin = await openDevices(2)
  await origin.clock.advance(2_699_000)
  const sent = origin.at(1).device.telemetry.send('late')
  await settle()
  await origin.clock.advance(1000)
  expect(origin.hub.wires).toHaveLength(1)
  origin.hub.wire.puback()
  await sent
  await settle()
  expect(origin.hub.wires).toHaveLength(2)
})

test('A follower asks again when a leader does not answer, and sends over the connection of the next', async () => {
  const origin = await openDevices(2)
  origin.at(0).tab.deaf = true
  const sent = origin.at(1).device.telemetry.send('a', { messageId: 'a' })
  await origin.clock.advance(120_000)
  expect(origin.at(1).device.telemetry.queued.messages).toBe(1)
  origin.at(0).tab.crash()
  await syncNext(origin)
  expect(sentOn(origin.hub.wire)).toEqual(['a a'])
  origin.hub.wire.puback()
  await sent
})

test('A follower whose requests were lost sends again when the leader answers', async () => {
  const origin = await openDevices(2)
  origin.at(0).tab.deaf = true
  const sent = origin.at(1).device.telemetry.send('a', { messageId: 'a' })
  await settle()
  origin.at(0).tab.deaf = false
  await origin.clock.advance(120_000)
  expect(sentOn(origin.hub.wire)).toEqual(['a a'])
  origin.hub.wire.puback()
  await sent
})

test.each([0, 1])('Tab %i sends again after it slept', async (index) => {
  const origin = await openDevices(2)
  const { device, emit } = origin.at(index)
  emit('sleep')
  const sent = device.telemetry.send('a', { messageId: 'a' })
  if (index === 0) await syncNext(origin)
  expect(sentOn(origin.hub.wire)).toEqual([])
  emit('wake')
  await settle()
  expect([device.role.type, sentOn(origin.hub.wire)]).toEqual(['follower', ['a a']])
  origin.hub.wire.puback()
  await sent
})

test('close() of a follower waits for the PUBACK of its telemetry', async () => {
  const origin = await openDevices(2)
  const sent = origin.at(1).device.telemetry.send('last')
  const closed = origin.at(1).device.close()
  await settle()
  expect(await peek(closed)).toBeUndefined()
  origin.hub.wire.puback()
  await closed
  await sent
  expect(origin.at(1).device.role.type).toBe('closed')
})

test.each([
  ['without other tabs', { missing: 'none' }],
  ['that gets no lock', { ...createFakeBrowser().newTab(), lock: () => Promise.reject(new Error('denied')) }],
])('A tab %s works like openDevice()', async (_, tabs) => {
  const origin = await openDevices(1, tabs)
  const sent = send(origin, 'a')
  await settle()
  origin.hub.wire.puback()
  await Promise.all(sent)
  expect(origin.at(0).device.role.type).toBe('alone')
  origin.hub.wire.message('$iothub/methods/POST/test/?$rid=1')
  await settle()
  expect(origin.hub.wire.sent.at(-1)?.topic).toBe('$iothub/methods/res/404/?$rid=1')
})

test('A storage of telemetry is refused, because tabs would overwrite it', () => {
  const identity = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }
  const storage = { get: () => null, set() {}, remove() {} }
  const token = (): Promise<never> => Promise.reject(new Error('not needed'))
  const open = (): unknown =>
    createSharedDevice(
      { identity, token },
      checkOptions({}, identity),
      { telemetry: telemetry({ storage }) },
      createScriptedHub().openWire,
      createFakeClock(),
      createFakeBrowser().newTab(),
    )
  expect(open).toThrow('options.storage')
})
