import { describe, expect, test } from 'vitest'
import { generate } from 'mqtt-packet'
import { openLightDeviceWire } from '../../../core/src/runtime/light-device-wire.ts'
import { ACCEPTED, openTestWire, openUpWire } from './open-wire.ts'

const connack = generate(ACCEPTED)
const publish = generate({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false })

describe('The light wire', () => {
  test('reads packets across frames, and several in a frame', async () => {
    const { peer, event, events } = await openTestWire(openLightDeviceWire)
    await peer.next('connect')
    for (const byte of Buffer.concat([connack, publish])) peer.sendRaw(Uint8Array.of(byte))
    await event('message')
    peer.sendRaw(Buffer.concat([publish, publish]))
    await event('message')
    await event('message')
    expect(events.map(({ type }) => type)).toEqual(['up', 'message', 'message', 'message'])
  })

  test.each<[string, Uint8Array | string, RegExp]>([
    ['a text frame', 'hello', /text frame/],
    ['a reserved packet type', Uint8Array.of(0xf0, 0), /packet type 15/],
    ['a second CONNACK', connack, /CONNACK twice/],
    ['SUBACK for nothing', Uint8Array.of(0x90, 3, 0, 1, 0), /SUBACK 1 with 1 codes, which answers no SUBSCRIBE/],
  ])('goes down with ERR_PROTOCOL after %s, and closes', async (_, data, message) => {
    const { peer, wire, event } = await openUpWire(openLightDeviceWire)
    peer.sendRaw(data)
    const { error } = await event('down')
    expect(error.code).toBe('ERR_PROTOCOL')
    expect(error.message).toMatch(message)
    await wire.close()
    await peer.ended
  })

  test('goes down with ERR_PROTOCOL when another packet comes before CONNACK', async () => {
    const { peer, event } = await openTestWire(openLightDeviceWire)
    await peer.next('connect')
    peer.sendRaw(publish)
    expect((await event('down')).error.message).toBe('Hub sent PUBLISH before CONNACK')
  })

  test('emits nothing after it is down, also from the same frame', async () => {
    const { peer, event, events } = await openUpWire(openLightDeviceWire)
    peer.sendRaw(Buffer.concat([Uint8Array.of(0xf0, 0), publish]))
    await event('down')
    peer.sendRaw(publish)
    peer.terminate()
    await peer.ended
    expect(events.map(({ type }) => type)).toEqual(['up', 'down'])
  })
})
