import { describe, expect, test } from 'vitest'
import { TwinError } from '../../../core/src/errors.ts'
import { type DeviceMessage, readDeviceMessage } from '../../../core/src/shared-device/device-messages.ts'
import { settle } from '../fake-clock.ts'
import { deliver } from '../messages-device.ts'
import { peek } from '../open-scripted.ts'
import { type DeviceOrigin, openDevices, syncNext } from './open-devices.ts'

const LOST = new TwinError('ERR_INTERRUPTED', 'Connection of the leader tab ended before the hub answered')

/** The states of its connection that the leaders have posted, in order. */
function statesOf({ browser }: DeviceOrigin): string[] {
  return browser.posted.flatMap((message) =>
    message.type === 'connection' && 'state' in message ? [String(message.state)] : [],
  )
}

describe('A feature in a follower', () => {
  test('publishes through the leader, with QoS 0 and 1', async () => {
    const origin = await openDevices(2)
    const { host } = origin.at(1).device.probe
    host.publish('a', 'zero')
    const published = host.publishAtLeastOnce('a', 'one')
    await settle()
    expect(origin.hub.wire.sent.slice(-2)).toMatchObject([
      { topic: 'a', payload: 'zero', qos: 0 },
      { topic: 'a', payload: 'one', qos: 1 },
    ])
    origin.hub.wire.puback()
    await published
  })

  test.each(['connection of the leader', 'leader', 'follower'])(
    'learns that no PUBACK follows at the end of the %s',
    async (what) => {
      const origin = await openDevices(2)
      const published = origin.at(1).device.probe.host.publishAtLeastOnce('a', 'b')
      await settle()
      if (what === 'connection of the leader') origin.hub.wire.drop()
      else if (what === 'leader') origin.at(0).tab.crash()
      else origin.at(1).emit('sleep')
      expect(await peek(published)).toEqual({ reason: LOST })
    },
  )

  test('cannot publish while there is no leader', async () => {
    const origin = await openDevices(2)
    origin.at(1).emit('sleep')
    expect(await peek(origin.at(1).device.probe.host.publishAtLeastOnce('a', 'b'))).toEqual({ reason: LOST })
  })

  test('follows each state of the leader’s connection, which the leader announces once', async () => {
    const origin = await openDevices(2)
    const { connections } = origin.at(1).device.probe
    expect(connections).toEqual(['up'])
    origin.hub.wire.message('$iothub/twin/PATCH/properties/desired/?$version=2', { a: 1 })
    origin.hub.wire.drop()
    await origin.clock.advance(1000)
    await syncNext(origin)
    expect(connections).toEqual(['up', 'waiting', 'connecting', 'up'])
    await origin.clock.advance(2_700_000)
    await syncNext(origin)
    const all = ['up', 'waiting', 'connecting', 'up', 'draining', 'connecting', 'up']
    expect(connections).toEqual(all)
    // The follower has asked, and the leader had announced its first connection before.
    expect(statesOf(origin)).toEqual(['connecting', 'up', ...all])
  })

  test('sees connecting between two leaders', async () => {
    const origin = await openDevices(3)
    const { connections } = origin.at(2).device.probe
    origin.at(0).tab.crash()
    await settle()
    expect(connections).toEqual(['up', 'connecting'])
    await syncNext(origin)
    expect(connections).toEqual(['up', 'connecting', 'up'])
    expect(statesOf(origin).slice(-2)).toEqual(['connecting', 'up'])
  })

  test('sees connecting while its tab sleeps', async () => {
    const origin = await openDevices(2)
    const { device, emit } = origin.at(1)
    emit('sleep')
    await settle()
    expect(device.probe.connections).toEqual(['up', 'connecting'])
  })
})

describe('A shared device', () => {
  test('posts only messages that its tabs can read', async () => {
    const origin = await openDevices(2)
    const posted: DeviceMessage[] = []
    origin.browser.newTab().openChannel('hubtwin/contoso.azure-devices.net/device1/features/1', (message) => {
      posted.push(message as DeviceMessage)
    })
    const { device } = origin.at(1)
    device.methods.handle('test', () => 1)
    origin.hub.wire.message('$iothub/methods/POST/test/?$rid=1')
    await deliver(origin, [], { text: 'm1', packetId: 1, isDuplicate: true })
    device.messages.listen(() => {})
    await settle()
    // This tab gives its leader up, and has none to announce anything to.
    origin.at(0).tab.stall()
    device.probe.host.abandon(LOST)
    device.probe.host.announce()
    await settle()
    const types = new Set(['announce', 'offer', 'claim', 'deliver', 'publish', 'acknowledge', 'ask'])
    expect(new Set(posted.map(({ type }) => type))).toEqual(types)
    expect(posted.map(readDeviceMessage)).toStrictEqual(posted)
  })

  test('has the status of its twin', async () => {
    const origin = await openDevices(2)
    for (const { device } of origin.tabs) expect(device.status).toBe(device.twin.status)
    expect(origin.at(1).device.status.type).toBe('ready')
  })

  test('names a wrong argument of close()', async () => {
    const { device } = (await openDevices(1)).at(0)
    await expect(device.close(5 as never)).rejects.toThrow(new TypeError('options is a number, not an object'))
    await expect(device.close({ timeoutInMs: -1 })).rejects.toThrow(/^timeoutInMs is -1; a whole number from 0/)
  })

  test('gives its features the error that has ended it', async () => {
    const origin = await openDevices(1)
    origin.at(0).tab.crash()
    const revoked = new TwinError('ERR_TOKEN', 'Device was revoked', { retriable: false })
    let refuse = (_error: unknown): void => {}
    const { device } = await origin.open({}, () => new Promise((_, reject) => (refuse = reject)))
    const sent = expect(device.telemetry.send(1)).rejects.toMatchObject({ code: 'ERR_CLOSED', cause: revoked })
    await settle()
    refuse(revoked)
    await sent
    expect([device.role.type, device.probe.connections.at(-1)]).toEqual(['closed', 'closed'])
  })

  test('closes without an error for its features', async () => {
    const { device } = (await openDevices(1)).at(0)
    const sent = device.telemetry.send(1)
    const rejection = sent.catch((error: unknown) => error)
    await device.close({ timeoutInMs: 0 })
    expect(await rejection).not.toHaveProperty('cause')
  })
})
