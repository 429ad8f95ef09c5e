import { describe, expect, test } from 'vitest'
import { settle } from '../fake-clock.ts'
import { deferred, deliver, type Pubacks } from '../messages-device.ts'
import { type DeviceOrigin, openDevices, syncNext } from './open-devices.ts'

const NAME = 'hubtwin/contoso.azure-devices.net/device1'
const RENEWAL_IN_MS = 2_700_000

const postedBy = ({ browser }: DeviceOrigin, type: string): unknown[] =>
  browser.posted.filter((each) => each.type === type)

/** The name of the second tab in the channel. */
async function nameOfSecond(origin: DeviceOrigin): Promise<string> {
  origin.at(1).device.probe.host.publish('a', 'b')
  await settle()
  const [message] = postedBy(origin, 'publish') as { readonly tab: string }[]
  return message?.tab ?? expect.unreachable()
}

describe('The leader', () => {
  test('handles its own messages in order, and sends each PUBACK', async () => {
    const origin = await openDevices(2)
    const pubacks: Pubacks = []
    const { handler, texts, accept } = deferred()
    origin.at(0).device.messages.listen(handler)
    for (const packetId of [1, 2]) await deliver(origin, pubacks, { text: `m${packetId}`, packetId })
    await accept()
    await accept()
    expect([texts(), pubacks]).toEqual([
      ['m1', 'm2'],
      ['1: 1', '1: 2'],
    ])
  })

  test('ignores a copy of a message that a tab still handles', async () => {
    const origin = await openDevices(2)
    const pubacks: Pubacks = []
    const { handler, texts, accept } = deferred()
    origin.at(1).device.messages.listen(handler)
    await deliver(origin, pubacks, { text: 'm1', packetId: 1 })
    await deliver(origin, pubacks, { text: 'm1', packetId: 1, isDuplicate: true })
    await accept()
    expect([texts(), pubacks]).toEqual([['m1'], ['1: 1']])
  })

  test('passes two method calls at a time to another tab', async () => {
    const origin = await openDevices(2)
    const ran: string[] = []
    origin.at(1).device.methods.handleOthers(({ name }) => void ran.push(name))
    origin.hub.wire.message('$iothub/methods/POST/a/?$rid=1')
    origin.hub.wire.message('$iothub/methods/POST/b/?$rid=2')
    await settle()
    expect(ran).toEqual(['a', 'b'])
  })

  test('does not claim a method call for its listener to messages', async () => {
    const origin = await openDevices(2)
    origin.at(0).device.messages.listen(() => {})
    origin.at(1).device.methods.handle('test', () => 'follower')
    origin.hub.wire.message('$iothub/methods/POST/test/?$rid=1')
    await settle()
    expect(origin.hub.wire.sent.at(-1)).toMatchObject({ payload: '"follower"' })
  })

  test('passes messages to a follower while it closes', async () => {
    const origin = await openDevices(2)
    const [leader, follower] = [deferred(), deferred()]
    const { device } = origin.at(0)
    device.messages.listen(leader.handler)
    device.methods.handle('slow', () => new Promise(() => {}))
    origin.hub.wire.message('$iothub/methods/POST/slow/?$rid=1')
    const closed = device.close()
    origin.at(1).device.messages.listen(follower.handler)
    await deliver(origin, [], { text: 'm1', packetId: 1 })
    expect([leader.texts(), follower.texts()]).toEqual([[], ['m1']])
    await origin.clock.advance(5000)
    await closed
  })

  test.each([0, 1])('gives features in tab %i an acknowledgment for QoS 1 only', async (index) => {
    const origin = await openDevices(2)
    const { messages, methods, probe } = origin.at(index).device
    messages.listen(() => {})
    methods.handleOthers(() => {})
    await deliver(origin, [], { text: 'm1', packetId: 1 })
    origin.hub.wire.message('$iothub/methods/POST/test/?$rid=1')
    await settle()
    expect(probe.received.map(({ acknowledge }) => typeof acknowledge)).toEqual(['function', 'undefined'])
    expect(postedBy(origin, 'acknowledge')).toHaveLength(index)
  })

  test('keeps a message that arrives before CONNACK is handled', async () => {
    const origin = await openDevices(2)
    const { handler, texts, accept } = deferred()
    const pubacks: Pubacks = []
    origin.at(1).device.messages.listen(handler)
    origin.hub.wire.drop()
    await origin.clock.advance(1000)
    await deliver(origin, pubacks, { text: 'early', packetId: 1 })
    await syncNext(origin)
    expect(texts()).toEqual(['early'])
    await accept()
    expect(pubacks).toEqual(['2: 1'])
  })

  test('forgets the messages of a lost connection during the back-off', async () => {
    const origin = await openDevices(2)
    const { handler, texts } = deferred()
    await deliver(origin, [], { text: 'm1', packetId: 1 })
    await origin.clock.advance(1000)
    origin.hub.wire.drop()
    origin.at(1).device.messages.listen(handler)
    await settle()
    expect([texts(), postedBy(origin, 'deliver')]).toEqual([[], []])
  })

  test('leaves no timer of an offer behind', async () => {
    const origin = await openDevices(2)
    const before = origin.clock.pending
    await deliver(origin, [], { text: 'm1', packetId: 1 })
    expect(origin.clock.pending).toBe(before + 1)
    // A tab that can handle something else makes the leader ask again.
    origin.at(1).device.probe.host.announce()
    await settle()
    expect(origin.clock.pending).toBe(before + 1)
    origin.at(1).device.messages.listen(() => {})
    await settle()
    expect(origin.clock.pending).toBe(before)
  })

  test('leaves no timer of an offer behind when its connection ends', async () => {
    const [quiet, busy] = [await openDevices(2), await openDevices(2)]
    await deliver(busy, [], { text: 'm1', packetId: 1 })
    for (const { hub } of [quiet, busy]) hub.wire.drop()
    expect(busy.clock.pending).toBe(quiet.clock.pending)
  })
})

describe('A renewal of the token', () => {
  test('waits for the message that a follower handles, and no longer', async () => {
    const origin = await openDevices(2)
    const pubacks: Pubacks = []
    const { handler, accept } = deferred()
    origin.at(1).device.messages.listen(handler)
    await origin.clock.advance(RENEWAL_IN_MS - 1000)
    await deliver(origin, pubacks, { text: 'm1', packetId: 1 })
    await origin.clock.advance(1000)
    expect(origin.hub.wires).toHaveLength(1)
    await accept()
    expect([origin.hub.wires.length, pubacks]).toEqual([2, ['1: 1']])
  })

  test('takes messages along that a follower does not finish in time, and the hub sends them again', async () => {
    const origin = await openDevices(2)
    const pubacks: Pubacks = []
    const { handler, accept, texts } = deferred()
    origin.at(1).device.messages.listen(handler)
    await deliver(origin, pubacks, { text: 'm1', packetId: 1 })
    await origin.clock.advance(RENEWAL_IN_MS + 5000)
    expect(origin.hub.wires).toHaveLength(2)
    await syncNext(origin)
    await deliver(origin, pubacks, { text: 'm1', packetId: 1, isDuplicate: true })
    await accept()
    await accept()
    expect([texts(), pubacks]).toEqual([['m1', 'm1 again'], ['2: 1']])
  })

  test.each(['unclaimed', 'failed in the leader'])('does not wait for a message that is %s', async (how) => {
    const origin = await openDevices(2)
    const { handler, fail } = deferred()
    if (how !== 'unclaimed') origin.at(0).device.messages.listen(handler)
    await origin.clock.advance(RENEWAL_IN_MS - 10)
    await deliver(origin, [], { text: 'm1', packetId: 1 })
    if (how !== 'unclaimed') await fail()
    await origin.clock.advance(10)
    expect(origin.hub.wires).toHaveLength(2)
  })
})

describe('A follower', () => {
  test('without its lock gets no message until it has the lock', async () => {
    const origin = await openDevices(2)
    const lock = `${NAME}/tab/${await nameOfSecond(origin)}`
    const { device, emit } = origin.at(1)
    emit('sleep')
    await settle()
    let release = (): void => {}
    const { signal } = new AbortController()
    void origin.browser.newTab().lock(lock, signal, () => new Promise((resolve) => (release = resolve)))
    await settle()
    emit('wake')
    await settle()
    const { handler, texts } = deferred()
    device.messages.listen(handler)
    await deliver(origin, [], { text: 'm1', packetId: 1 })
    await origin.clock.advance(1000)
    expect([device.role.type, texts()]).toEqual(['follower', []])
    release()
    await settle()
    expect(texts()).toEqual(['m1'])
  })

  test('ignores messages that are not of its leader, or not for it', async () => {
    const origin = await openDevices(2)
    const second = await nameOfSecond(origin)
    const { device } = origin.at(1)
    const { handler, texts } = deferred()
    device.messages.listen(handler)
    const published = device.probe.host.publishAtLeastOnce('a', 'b')
    await settle()
    const [{ term }] = postedBy(origin, 'connection').slice(-1) as [{ readonly term: string }]
    const stranger = origin.browser.newTab().openChannel(`${NAME}/features/1`, () => {})
    const content = { topic: 'devices/device1/messages/devicebound/', payload: new Uint8Array(), packetId: 1 }
    for (const message of [
      { type: 'offer', term: 'other', id: 1, topic: content.topic },
      { type: 'deliver', tab: second, term: 'other', id: 1, content },
      { type: 'deliver', tab: 'other', term, id: 1, content },
      ...[0, 1, 2].map((id) => ({ type: 'published', tab: second, term: 'other', id, isDone: true })),
      ...[0, 1, 2].map((id) => ({ type: 'published', tab: 'other', term, id, isDone: true })),
      { type: 'published', tab: second, term, id: 99, isDone: true },
      { type: 'published', tab: second, term, id: 99, isDone: false },
    ]) {
      stranger.post(message)
    }
    await settle()
    expect([texts(), postedBy(origin, 'claim')]).toEqual([[], []])
    origin.hub.wire.puback()
    await published
  })
})
