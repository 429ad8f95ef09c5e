import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../core/src/session/clock.ts'
import { createTwin } from '../../../core/src/twin/create-twin.ts'
import { checkOptions } from '../../../core/src/twin/options.ts'
import { startMqttPeer } from './mqtt-peer.ts'
import { ACCEPTED, transports } from './open-wire.ts'

const IDENTITY = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }

test.each(transports)(
  'over %s, a twin that gets no SUBACK sends DISCONNECT and closes the socket before it connects again',
  async (_, openWire) => {
    const peer = await startMqttPeer()
    const token = { password: 'made up', expiresAt: Date.now() + 3_600_000 }
    const options = checkOptions({ endpoint: peer.url, requestTimeoutInMs: 100, retryDelayInMs: 400 }, IDENTITY)
    const credentials = { identity: IDENTITY, token: () => Promise.resolve(token) }
    const twin = createTwin(credentials, options, openWire, { ...systemClock, random: () => 0.5 })
    onTestFinished(async () => {
      await twin.close()
      await peer.close()
    })
    await peer.next('connect')
    peer.send(ACCEPTED)
    await peer.next('connect')
    const first = ['open', 'connect', 'subscribe', 'publish', 'disconnect', 'close']
    expect(peer.log.slice(0, 8)).toEqual([...first, 'open', 'connect'])
    expect(twin.status).toEqual({ type: 'connecting', attempt: 2 })
  },
)
