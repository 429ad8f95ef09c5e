import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { SessionInput } from '../../core/src/protocol/machine-states.ts'
import { type Connection, createConnection } from '../../core/src/session/connection.ts'
import type { Features } from '../../core/src/session/features.ts'
import type { Observed } from '../../core/src/session/observation.ts'
import type { Outcome } from '../../core/src/session/requests.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { createScriptedHub, type ScriptedHub } from './scripted-hub.ts'

interface Parts {
  readonly connection: Connection
  readonly hub: ScriptedHub
  readonly clock: FakeClock
  readonly inputs: SessionInput[]
  readonly observed: Observed[]
}

function connect(features?: Features): Parts {
  const clock = createFakeClock()
  const hub = createScriptedHub()
  const inputs: SessionInput[] = []
  const observed: Observed[] = []
  const options = {
    credentials: { identity: { hostName: 'contoso.azure-devices.net', deviceId: 'device1' } },
    settings: { endpoint: 'wss://contoso.azure-devices.net/', keepaliveInSeconds: 180, requestTimeoutInMs: 30_000 },
    features,
    openWire: hub.openWire,
    clock,
    observe: (event: Observed) => observed.push(event),
  }
  const connection = createConnection(options, (input) => inputs.push(input))
  connection.open('made up')
  return { connection, hub, clock, inputs, observed }
}

const CLOSED = new TwinError('ERR_INTERRUPTED', 'Connection is closed')
const interrupted = new TwinError('ERR_INTERRUPTED', 'Connection closed before the hub answered')

describe('A connection', () => {
  test('asks the hub for a session as the features need it', () => {
    const features = { filters: [{ topic: 'a', qos: 1 as const }], isPersistent: true, isIdle: () => true }
    const { connection, hub } = connect({ ...features, handleMessage() {}, handleState() {} })
    connection.subscribe()
    expect(hub.wire.request).toEqual({
      url: 'wss://contoso.azure-devices.net/',
      clientId: 'device1',
      userName: 'contoso.azure-devices.net/device1/?api-version=2021-04-12&DeviceClientType=hubtwin',
      password: 'made up',
      keepaliveInSeconds: 180,
      isPersistent: true,
    })
    expect(hub.wire.subscribed[0]?.map(({ topic }) => topic)).toEqual([
      '$iothub/twin/res/#',
      '$iothub/twin/PATCH/properties/desired/#',
      'a',
    ])
    expect(connect().hub.wire.request.isPersistent).toBe(false)
  })

  test('fails a report at once after its end, and leaves no request open', async () => {
    const { connection, hub, clock } = connect()
    const outcomes: Outcome[] = []
    connection.report({ a: 1 }, (outcome) => outcomes.push(outcome))
    connection.close()
    connection.report({ a: 2 }, (outcome) => outcomes.push(outcome))
    expect(outcomes).toEqual([
      { type: 'failed', error: interrupted },
      { type: 'failed', error: CLOSED },
    ])
    await expect(connection.channel.publishAtLeastOnce('a', 'b')).rejects.toEqual(CLOSED)
    connection.channel.publish('a', 'b')
    expect([connection.isIdle(), clock.pending, hub.wire.sent.length]).toEqual([true, 0, 1])
  })

  test('is idle without an open request while the features are idle', () => {
    let isIdle = true
    const features = { filters: [], isPersistent: false, isIdle: () => isIdle, handleMessage() {}, handleState() {} }
    const { connection, hub, inputs } = connect(features)
    connection.report({ a: 1 }, () => {})
    expect(connection.isIdle()).toBe(false)
    connection.channel.checkIdle()
    expect(inputs).toEqual([])
    isIdle = false
    hub.wire.answer(204)
    expect(inputs).toEqual([])
    isIdle = true
    connection.channel.checkIdle()
    expect(inputs).toEqual([{ type: 'drained' }])
  })

  test('counts the time since the last packet of the hub, which a lost socket is not', async () => {
    const { connection, hub, clock } = connect()
    await clock.advance(1000)
    expect(connection.silentForInMs()).toBe(1000)
    hub.wire.emit({ type: 'up' })
    expect(connection.silentForInMs()).toBe(0)
    await clock.advance(500)
    hub.wire.message('other')
    await clock.advance(200)
    hub.wire.drop()
    expect(connection.silentForInMs()).toBe(200)
  })

  test('sends a GET again with its number, and reports what the hub answers', () => {
    const { connection, hub, inputs } = connect()
    connection.get()
    connection.repeatGet()
    expect([hub.wire.sent.map(({ rid, payload }) => [rid, payload]), connection.gets()]).toEqual([
      [
        ['1', ''],
        ['1', ''],
      ],
      1,
    ])
    hub.wire.answer(500)
    expect(inputs.filter(({ type }) => type !== 'drained')).toEqual([
      { type: 'syncFailed', error: new TwinError('ERR_HUB', 'GET of the twin was answered 500', { status: 500 }) },
    ])
    connection.get()
    connection.close()
    expect(inputs.filter(({ type }) => type === 'syncFailed')).toHaveLength(1)
  })

  test('shows the bytes of a message as text', () => {
    const { connection, hub, inputs, observed } = connect()
    connection.channel.publish('a', new TextEncoder().encode('é'))
    hub.wire.message('$iothub/twin/PATCH/properties/desired/?$version=2', '{')
    hub.wire.message('b', '')
    expect(observed.slice(1)).toEqual([
      { type: 'sent', packet: 'PUBLISH', topic: 'a', payload: 'é' },
      {
        type: 'received',
        packet: 'PUBLISH',
        topic: '$iothub/twin/PATCH/properties/desired/?$version=2',
        payload: '{',
      },
      { type: 'received', packet: 'PUBLISH', topic: 'b', payload: '' },
    ])
    expect(inputs).toEqual([{ type: 'desiredPatchLost' }])
  })

  test('ignores the packets of the connection before', () => {
    const { connection, hub, inputs } = connect()
    const old = hub.wire
    connection.close()
    connection.open('made up too')
    old.emit({ type: 'up' })
    expect([inputs, old.closed]).toEqual([[], true])
    hub.wire.emit({ type: 'up' })
    connection.channel.abandon(CLOSED)
    expect(inputs).toEqual([{ type: 'up' }, { type: 'down', error: CLOSED }])
  })
})
