import { describe, expect, test } from 'vitest'
import { ACCEPTED, openTestWire, openUpWire, transports } from './open-wire.ts'

const MESSAGE = { cmd: 'publish', topic: 'a/b', qos: 0, dup: false, retain: false } as const

describe.each(transports)('%s:', (name, openWire) => {
  test('connects with a clean session and the fields of the request', async () => {
    const { peer } = await openTestWire(openWire)
    const connect = await peer.next('connect')
    expect(connect).toMatchObject({ protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 60 })
    expect(connect).toMatchObject({ clientId: 'device1', username: 'hub/device1/' })
    expect(String(connect.password)).toBe('made up')
    expect(connect.will).toBeUndefined()
  })

  test('connects with a persistent session on request', async () => {
    const { peer } = await openTestWire(openWire, undefined, true)
    const connect = await peer.next('connect')
    expect(connect).toMatchObject({ clean: false, username: 'hub/device1/', keepalive: 60 })
    expect(connect.will).toBeUndefined()
  })

  test('emits the messages that follow CONNACK in the same frame, and acknowledges them', async () => {
    const { peer, event } = await openTestWire(openWire, undefined, true)
    await peer.next('connect')
    const kept = { ...MESSAGE, qos: 1, messageId: 7, dup: true, payload: Buffer.from('kept') } as const
    peer.send({ ...ACCEPTED, sessionPresent: true }, kept)
    const received = await event('message')
    expect(received).toMatchObject({ topic: 'a/b', packetId: 7, isDuplicate: true })
    received.acknowledge?.()
    expect((await peer.next('puback')).messageId).toBe(7)
  })

  test('sends no PUBACK over a connection that has ended', async () => {
    const { peer, event, wire } = await openUpWire(openWire)
    peer.send({ ...MESSAGE, qos: 1, messageId: 7, payload: Buffer.from('a') })
    const { acknowledge, isDuplicate } = await event('message')
    expect(isDuplicate).toBe(false)
    await wire.close()
    acknowledge?.()
    await peer.ended
    expect(peer.packets.map(({ cmd }) => cmd)).toEqual(['connect', 'disconnect'])
  })

  test('sends early packets in order', async () => {
    const { peer, wire, event } = await openTestWire(openWire)
    wire.subscribe([
      { topic: 'a/#', qos: 1 },
      { topic: 'b/#', qos: 0 },
    ])
    wire.publish('c', '')
    await peer.next('connect')
    if (name === 'light') {
      await peer.next('publish')
      expect(peer.frames).toEqual([['connect', 'subscribe', 'publish']])
    } else {
      expect(peer.packets.map(({ cmd }) => cmd)).toEqual(['connect'])
    }
    peer.send(ACCEPTED)
    const { messageId, subscriptions } = await peer.next('subscribe')
    expect(subscriptions).toMatchObject([
      { topic: 'a/#', qos: 1 },
      { topic: 'b/#', qos: 0 },
    ])
    peer.send({ cmd: 'suback', messageId: messageId ?? 0, granted: [1, 0] })
    const { filters, roundTripInMs } = await event('subscribed')
    expect(filters).toEqual(['a/#', 'b/#'])
    expect(roundTripInMs).toBeGreaterThan(0)
    expect(peer.packets.map(({ cmd }) => cmd)).toEqual(['connect', 'subscribe', 'publish'])
  })

  test('emits QoS 0 messages without an acknowledge function', async () => {
    const { peer, wire, event } = await openUpWire(openWire)
    peer.send({ ...MESSAGE, payload: Buffer.from('{"a":"é"}') })
    const received = await event('message')
    expect(received.topic).toBe('a/b')
    expect(new TextDecoder().decode(received.payload)).toBe('{"a":"é"}')
    expect(received).not.toHaveProperty('acknowledge')
    wire.publish('c', new Uint8Array([1, 255]))
    expect((await peer.next('publish')).payload).toEqual(Buffer.from([1, 255]))
  })

  test('sends PUBACK when the app acknowledges, in any order, and blocks nothing until then', async () => {
    const { peer, event } = await openUpWire(openWire)
    peer.send(
      { ...MESSAGE, qos: 1, messageId: 7, payload: Buffer.from('first') },
      { ...MESSAGE, qos: 1, messageId: 8, payload: Buffer.from('second') },
      { ...MESSAGE, payload: Buffer.from('third') },
    )
    const [first, second, third] = [await event('message'), await event('message'), await event('message')]
    expect(String(Buffer.from(third.payload))).toBe('third')
    expect(peer.packets).toHaveLength(1)
    second.acknowledge?.()
    expect((await peer.next('puback')).messageId).toBe(8)
    first.acknowledge?.()
    expect((await peer.next('puback')).messageId).toBe(7)
  })

  test('resolves a QoS 1 publish on its own PUBACK', async () => {
    const { peer, wire } = await openUpWire(openWire)
    const settled: string[] = []
    const both = ['x', 'y'].map((topic) => wire.publishAtLeastOnce(topic, 'data').then(() => settled.push(topic)))
    const [x, y] = [await peer.next('publish'), await peer.next('publish')]
    expect([x, y]).toMatchObject([
      { topic: 'x', qos: 1, dup: false },
      { topic: 'y', qos: 1 },
    ])
    peer.send({ cmd: 'puback', messageId: y.messageId ?? 0 })
    await both[1]
    expect(settled).toEqual(['y'])
    peer.send({ cmd: 'puback', messageId: x.messageId ?? 0 })
    await Promise.all(both)
  })

  test('rejects a QoS 1 publish with ERR_INTERRUPTED when the connection ends first', async () => {
    const { peer, wire, event } = await openUpWire(openWire)
    const lost = wire.publishAtLeastOnce('x', 'data')
    await peer.next('publish')
    peer.terminate()
    await expect(lost).rejects.toMatchObject({ code: 'ERR_INTERRUPTED' })
    expect(await event('down')).toMatchObject({ error: { code: 'ERR_INTERRUPTED' }, opened: true })
    await expect(wire.publishAtLeastOnce('x', 'data')).rejects.toMatchObject({ code: 'ERR_INTERRUPTED' })
  })

  test('emits the code of a CONNACK that refuses, and no event after it', async () => {
    const { peer, events, event } = await openTestWire(openWire)
    await peer.next('connect')
    peer.send({ cmd: 'connack', returnCode: 5, sessionPresent: false })
    expect(await event('refused')).toEqual({ type: 'refused', code: 5 })
    peer.terminate()
    await peer.ended
    expect(events).toHaveLength(1)
  })

  test('goes down with ERR_PROTOCOL when the hub refuses a filter', async () => {
    const { peer, wire, event } = await openUpWire(openWire)
    wire.subscribe([
      { topic: 'a', qos: 0 },
      { topic: 'b', qos: 1 },
    ])
    const { messageId } = await peer.next('subscribe')
    peer.send({ cmd: 'suback', messageId: messageId ?? 0, granted: [0, 128] })
    expect((await event('down')).error).toMatchObject({
      code: 'ERR_PROTOCOL',
      message: 'Hub refused to subscribe b',
    })
  })

  test('goes down with ERR_UNREACHABLE and the system’s code at a closed port', async () => {
    const { event } = await openTestWire(openWire, 'ws://127.0.0.1:9/')
    const { error, opened } = await event('down')
    expect([error.code, opened]).toEqual(['ERR_UNREACHABLE', false])
    expect(error.message).toMatch(/^Hub could not be reached at 127\.0\.0\.1:9/)
  })

  test('says that the hub may have read a connection that it closes before CONNACK', async () => {
    const { peer, event } = await openTestWire(openWire)
    await peer.next('connect')
    peer.terminate()
    const { error, opened } = await event('down')
    // mqtt.js has sent nothing but CONNECT by then.
    expect([error.code, opened]).toEqual(['ERR_UNREACHABLE', name === 'light'])
  })

  test('sends DISCONNECT and closes at once, also while SUBACK and PUBACK are missing', async () => {
    const { peer, wire, events } = await openUpWire(openWire)
    wire.subscribe([{ topic: 'a', qos: 0 }])
    const lost = wire.publishAtLeastOnce('x', 'data')
    await peer.next('subscribe')
    await peer.next('publish')
    const closed = wire.close()
    await expect(lost).rejects.toMatchObject({ code: 'ERR_INTERRUPTED' })
    await Promise.all([peer.next('disconnect'), peer.ended])
    await closed
    expect(events.map(({ type }) => type)).toEqual(['up'])
  })

  test('closes while it connects', async () => {
    const { wire, events } = await openTestWire(openWire)
    await wire.close()
    await wire.close()
    expect(events).toEqual([])
  })
})
