import type { IPublishPacket } from 'mqtt-packet'
import { expect, onTestFinished, test } from 'vitest'
import { openLightWire } from '../../../core/src/runtime/light-wire.ts'
import { systemClock } from '../../../core/src/session/clock.ts'
import { createTwin } from '../../../core/src/twin/create-twin.ts'
import { checkOptions } from '../../../core/src/twin/options.ts'
import type { Twin } from '../../../core/src/twin/twin.ts'
import { type MqttPeer, startMqttPeer } from './mqtt-peer.ts'
import { ACCEPTED } from './open-wire.ts'

const IDENTITY = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }

async function openTwinAt(): Promise<{ twin: Twin; peer: MqttPeer }> {
  const peer = await startMqttPeer()
  const token = { password: 'made up', expiresAt: Date.now() + 3_600_000 }
  const options = checkOptions({ endpoint: peer.url, retryDelayInMs: 20 }, IDENTITY)
  const twin = createTwin(
    { identity: IDENTITY, token: () => Promise.resolve(token) },
    options,
    openLightWire,
    systemClock,
  )
  onTestFinished(async () => {
    await twin.close()
    await peer.close()
  })
  return { twin, peer }
}

async function grant(peer: MqttPeer): Promise<void> {
  const { messageId } = await peer.next('subscribe')
  peer.send({ cmd: 'suback', messageId: messageId ?? 0, granted: [0, 0] })
}

/** Answers a GET with an empty twin. */
function answer(peer: MqttPeer, { topic }: IPublishPacket): void {
  const rid = topic.split('$rid=')[1]
  const payload = '{"desired":{"$version":1},"reported":{"$version":1}}'
  peer.send({ cmd: 'publish', topic: `$iothub/twin/res/200/?$rid=${rid}`, payload, qos: 0, dup: false, retain: false })
}

test('a twin sends CONNECT, SUBSCRIBE and GET in one frame, and GET again when the hub loses the answer', async () => {
  const { twin, peer } = await openTwinAt()
  const first = await peer.next('publish')
  expect(peer.frames).toEqual([['connect', 'subscribe', 'publish']])
  peer.send(ACCEPTED)
  await grant(peer)
  const second = await peer.next('publish')
  expect(second.topic).toBe(first.topic)
  answer(peer, second)
  expect((await twin.ready()).versions).toEqual({ desired: 1, reported: 1 })
})

test('a twin stops sending early packets after a hub closed the connection because of them', async () => {
  const { twin, peer } = await openTwinAt()
  const errors: string[] = []
  twin.onStatus((status) => {
    if (status.type === 'waiting') errors.push(status.error.code)
  })
  await peer.next('subscribe')
  await peer.next('publish')
  await peer.next('connect')
  peer.terminate()
  for (let connection = 2; connection <= 3; connection++) {
    await peer.next('connect')
    const before = peer.frames.length
    peer.send(ACCEPTED)
    await grant(peer)
    answer(peer, await peer.next('publish'))
    await twin.ready()
    expect(peer.frames.slice(before - 1)).toEqual([['connect'], ['subscribe'], ['publish']])
    if (connection === 2) {
      peer.terminate()
      await expect.poll(() => twin.status.type).not.toBe('ready')
    }
  }
  expect(errors).toEqual(['ERR_UNREACHABLE', 'ERR_INTERRUPTED'])
})

test('a twin waits with ERR_PROTOCOL after a malformed packet, and connects again', async () => {
  const { twin, peer } = await openTwinAt()
  const errors: string[] = []
  twin.onStatus((status) => {
    if (status.type === 'waiting') errors.push(status.error.code)
  })
  await peer.next('connect')
  peer.send(ACCEPTED)
  peer.sendRaw(Uint8Array.of(0x36, 5, 0, 1, 97, 0, 1))
  await peer.next('disconnect')
  await peer.next('connect')
  expect(errors).toEqual(['ERR_PROTOCOL'])
})
