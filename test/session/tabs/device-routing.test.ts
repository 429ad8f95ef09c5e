import { describe, expect, test } from 'vitest'
import { settle } from '../fake-clock.ts'
import { deferred, deliver, type Pubacks } from '../messages-device.ts'
import { type DeviceOrigin, openDevices, syncNext } from './open-devices.ts'

async function call({ hub }: DeviceOrigin, name: string, rid: string): Promise<void> {
  hub.wire.message(`$iothub/methods/POST/${name}/?$rid=${rid}`, '')
  await settle()
}

function responses({ hub }: DeviceOrigin): string[] {
  return hub.wire.sent
    .filter(({ topic }) => topic.startsWith('$iothub/methods/res/'))
    .map(({ topic, payload }) => `${topic.slice('$iothub/methods/res/'.length)} ${payload}`)
}

describe('A method call', () => {
  test.each([2, 5])('runs in the leader, and in no other of %i tabs', async (count) => {
    const origin = await openDevices(count)
    const ran: number[] = []
    origin.tabs.forEach(({ device }, index) => device.methods.handle('test', () => void ran.push(index)))
    await call(origin, 'test', '1')
    expect([ran, responses(origin)]).toEqual([[0], ['200/?$rid=1 ']])
  })

  test.each([2, 5])('runs in exactly one of %i tabs when the leader has no handler', async (count) => {
    const origin = await openDevices(count)
    const ran: number[] = []
    origin.tabs.slice(1).forEach(({ device }, index) => device.methods.handle('test', () => ran.push(index)))
    await call(origin, 'test', '1')
    await call(origin, 'test', '2')
    expect(ran).toHaveLength(2)
    expect(responses(origin)).toEqual(['200/?$rid=1 1', '200/?$rid=2 2'])
  })

  test('without a handler in any tab gets 404 after a second', async () => {
    const origin = await openDevices(2)
    await call(origin, 'test', '1')
    expect(responses(origin)).toEqual([])
    await origin.clock.advance(1000)
    expect(responses(origin)).toEqual(['404/?$rid=1 '])
  })

  test('in a tab that ends runs nowhere else, and its caller gets no response', async () => {
    const origin = await openDevices(3)
    const ran: number[] = []
    for (const index of [1, 2]) {
      origin.at(index).device.methods.handle('test', () => {
        ran.push(index)
        return new Promise(() => {})
      })
    }
    await call(origin, 'test', '1')
    const [first = 0] = ran
    origin.at(first).tab.crash()
    await origin.clock.advance(60_000)
    expect([ran, responses(origin)]).toEqual([[first], []])
    await call(origin, 'test', '2')
    expect(ran).toEqual([first, first === 1 ? 2 : 1])
  })

  test('in a follower is answered over the connection of the next leader', async () => {
    const origin = await openDevices(2)
    let finish = (_: unknown): void => {}
    origin.at(1).device.methods.handle('test', () => new Promise((resolve) => (finish = resolve)))
    await call(origin, 'test', '1')
    origin.at(0).tab.crash()
    finish('done')
    await syncNext(origin)
    expect(responses(origin)).toEqual(['200/?$rid=1 "done"'])
  })

  test('goes to a follower while the leader closes', async () => {
    const origin = await openDevices(2)
    for (const { device } of origin.tabs) device.methods.handle('test', () => device.role.type)
    const { device } = origin.at(0)
    let finish = (_: unknown): void => {}
    device.methods.handle('slow', () => new Promise((resolve) => (finish = resolve)))
    await call(origin, 'slow', '1')
    const closed = device.close()
    await call(origin, 'test', '2')
    finish('done')
    await settle()
    expect(responses(origin)).toEqual(['200/?$rid=2 "follower"', '200/?$rid=1 "done"'])
    while (origin.hub.wire.unacknowledged.length > 0) origin.hub.wire.puback()
    await closed
  })
})

describe('A message', () => {
  test.each([0, 1])('reaches a listener that tab %i adds while the time for claims runs', async (index) => {
    const origin = await openDevices(2)
    const pubacks: Pubacks = []
    await deliver(origin, pubacks, { text: 'm1', packetId: 1 })
    await origin.clock.advance(500)
    const { handler, texts, accept } = deferred()
    origin.at(index).device.messages.listen(handler)
    await settle()
    expect(texts()).toEqual(['m1'])
    await accept()
    expect(pubacks).toEqual(['1: 1'])
    await origin.clock.advance(1000)
    expect(texts()).toEqual(['m1'])
  })

  test.each([2, 5])('goes to exactly one of %i tabs, and PUBACK follows its handler', async (count) => {
    const origin = await openDevices(count)
    const pubacks: Pubacks = []
    const handlers = origin.tabs.slice(1).map(() => deferred())
    origin.tabs.slice(1).forEach(({ device }, index) => device.messages.listen(handlers[index]?.handler ?? (() => {})))
    await deliver(origin, pubacks, { text: 'm1', packetId: 1 })
    await deliver(origin, pubacks, { text: 'm2', packetId: 2 })
    const busy = handlers.filter(({ received }) => received.length > 0)
    expect([busy.length, busy[0]?.texts(), pubacks]).toEqual([1, ['m1'], []])
    await busy[0]?.accept()
    expect(pubacks).toEqual(['1: 1'])
    expect(handlers.flatMap(({ texts }) => texts())).toEqual(['m1', 'm2'])
    for (const { accept } of handlers) await accept()
    expect(pubacks).toEqual(['1: 1', '1: 2'])
  })

  test('prefers the leader', async () => {
    const origin = await openDevices(2)
    const [leader, follower] = [deferred(), deferred()]
    origin.at(1).device.messages.listen(follower.handler)
    origin.at(0).device.messages.listen(leader.handler)
    await deliver(origin, [], { text: 'm1', packetId: 1 })
    expect([leader.texts(), follower.texts()]).toEqual([['m1'], []])
  })

  test('waits until a tab listens', async () => {
    const origin = await openDevices(2)
    const pubacks: Pubacks = []
    await deliver(origin, pubacks, { text: 'm1', packetId: 1 })
    await origin.clock.advance(60_000)
    expect(pubacks).toEqual([])
    origin.at(1).device.messages.listen(() => {})
    await settle()
    expect(pubacks).toEqual(['1: 1'])
  })

  test.each(['closes', 'crashes'])('goes to another tab, marked, when its tab %s before PUBACK', async (how) => {
    const origin = await openDevices(3)
    const pubacks: Pubacks = []
    const [first, second] = [deferred(), deferred()]
    origin.at(1).device.messages.listen(first.handler)
    await deliver(origin, pubacks, { text: 'm1', packetId: 1 })
    origin.at(2).device.messages.listen(second.handler)
    await settle()
    expect([first.texts(), second.texts()]).toEqual([['m1'], []])
    if (how === 'crashes') origin.at(1).tab.crash()
    else void origin.at(1).device.close({ timeoutInMs: 0 })
    await settle()
    expect([second.texts(), pubacks]).toEqual([['m1 again'], []])
    await second.accept()
    expect(pubacks).toEqual(['1: 1'])
  })

  test('of an earlier connection gets no PUBACK from a follower', async () => {
    const origin = await openDevices(2)
    const pubacks: Pubacks = []
    const { handler, accept, texts } = deferred()
    origin.at(1).device.messages.listen(handler)
    await deliver(origin, pubacks, { text: 'm1', packetId: 1 })
    origin.hub.wire.drop()
    await origin.clock.advance(1000)
    await syncNext(origin)
    await accept()
    expect(pubacks).toEqual([])
    await deliver(origin, pubacks, { text: 'm1', packetId: 1, isDuplicate: true })
    await accept()
    expect([texts(), pubacks]).toEqual([['m1', 'm1 again'], ['2: 1']])
  })
})

const NAME = 'hubtwin/contoso.azure-devices.net/device1'

test('Messages of strangers on the channel change nothing', async () => {
  const origin = await openDevices(2)
  let term = ''
  const stranger = origin.browser.newTab().openChannel(`${NAME}/features/1`, (message) => {
    term = (message as { readonly term: string }).term
  })
  stranger.post({ type: 'ask' })
  await settle()
  const before = origin.hub.wire.sent.length
  for (const message of [
    undefined,
    'ask',
    { type: 'publish', tab: 'x', term: 'old', id: 1, topic: 'a', payload: 'b', isQos1: true },
    { type: 'publish', tab: 'x', term, id: 1, topic: 'a/#', payload: 'b', isQos1: true },
    { type: 'publish', tab: 'x', term, id: 1, topic: 'x'.repeat(70_000), payload: 'b', isQos1: false },
    { type: 'publish', tab: 'x', term: 7, id: 1, topic: 'a', payload: 'b', isQos1: true },
    { type: 'connection', term: 'x', state: 'closed' },
    { type: 'deliver', tab: 'x', term: 'x', id: -1, content: {} },
    { type: 'claim', tab: 'x', term: 'x', id: 1 },
  ]) {
    stranger.post(message)
  }
  await settle()
  expect(origin.hub.wire.sent).toHaveLength(before)
  const sent = origin.at(1).device.telemetry.send('still works')
  await settle()
  origin.hub.wire.puback()
  await sent
})
