import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { SessionInput } from '../../core/src/protocol/machine-states.ts'
import {
  checkIdle,
  closeWire,
  type Connection,
  createConnection,
  getDocument,
  openWire,
  publish,
  repeatGet,
  sendReport,
  subscribe,
} from '../../core/src/session/connection.ts'
import { createChannel } from '../../core/src/session/channel.ts'
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
  openWire(connection, 'made up')
  return { connection, hub, clock, inputs, observed }
}

const CLOSED = new TwinError('ERR_INTERRUPTED', 'Connection is closed')
const interrupted = new TwinError('ERR_INTERRUPTED', 'Connection closed before the hub answered')

describe('A connection', () => {
  test('asks the hub for a session as the features need it', () => {
    const features = {
      filters: [{ topic: 'a', qos: 1 as const }],
      leftovers: [],
      isPersistent: true,
      isIdle: () => true,
    }
    const { connection, hub } = connect({ ...features, handleMessage() {}, handleState() {} })
    subscribe(connection)
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

  test('removes the subscriptions that an earlier program has left, and shows it', () => {
    const features = { filters: [], leftovers: ['a'], isPersistent: true, isIdle: () => true }
    const { connection, hub, observed } = connect({ ...features, handleMessage() {}, handleState() {} })
    subscribe(connection)
    expect(hub.wire.unsubscribed).toEqual([['a']])
    expect(observed.slice(1)).toEqual([
      { type: 'sent', packet: 'SUBSCRIBE' },
      { type: 'sent', packet: 'UNSUBSCRIBE' },
    ])
  })

  test('fails a report at once after its end, and leaves no request open', async () => {
    const { connection, hub, clock } = connect()
    const outcomes: Outcome[] = []
    sendReport(connection, { a: 1 }, (outcome) => outcomes.push(outcome))
    closeWire(connection)
    sendReport(connection, { a: 2 }, (outcome) => outcomes.push(outcome))
    expect(outcomes).toEqual([
      { type: 'failed', error: interrupted },
      { type: 'failed', error: CLOSED },
    ])
    await expect(createChannel(connection).publishAtLeastOnce('a', 'b')).rejects.toEqual(CLOSED)
    publish(connection, 'a', 'b')
    expect([connection.requests.open.size, clock.pending, hub.wire.sent.length]).toEqual([0, 0, 1])
  })

  test('is idle without an open request while the features are idle', () => {
    let isIdle = true
    const features = { filters: [], leftovers: [], isPersistent: false, isIdle: () => isIdle }
    const { connection, hub, inputs } = connect({ ...features, handleMessage() {}, handleState() {} })
    sendReport(connection, { a: 1 }, () => {})
    checkIdle(connection)
    expect(inputs).toEqual([])
    isIdle = false
    hub.wire.answer(204)
    expect(inputs).toEqual([])
    isIdle = true
    checkIdle(connection)
    expect(inputs).toEqual([{ type: 'drained' }])
  })

  test('counts the time since the last packet of the hub, which a lost socket is not', async () => {
    const { connection, hub, clock } = connect()
    await clock.advance(1000)
    expect(clock.now() - connection.heardAt).toBe(1000)
    hub.wire.emit({ type: 'up' })
    expect(clock.now() - connection.heardAt).toBe(0)
    await clock.advance(500)
    hub.wire.message('other')
    await clock.advance(200)
    hub.wire.drop()
    expect(clock.now() - connection.heardAt).toBe(200)
  })

  test('sends a GET again with its number, and reports what the hub answers', () => {
    const { connection, hub, inputs } = connect()
    getDocument(connection)
    repeatGet(connection)
    expect([hub.wire.sent.map(({ rid, payload }) => [rid, payload]), connection.gets]).toEqual([
      [
        ['1', ''],
        ['1', ''],
      ],
      1,
    ])
    hub.wire.answer(500)
    expect(inputs.filter(({ type }) => type !== 'drained')).toEqual([
      {
        type: 'syncFailed',
        error: new TwinError('ERR_HUB', 'GET of the twin failed with status 500', { status: 500 }),
      },
    ])
    getDocument(connection)
    closeWire(connection)
    expect(inputs.filter(({ type }) => type === 'syncFailed')).toHaveLength(1)
  })

  test('shows the bytes of a message as text', () => {
    const { connection, hub, inputs, observed } = connect()
    publish(connection, 'a', new TextEncoder().encode('é'))
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
    closeWire(connection)
    openWire(connection, 'made up too')
    old.emit({ type: 'up' })
    expect([inputs, old.closed]).toEqual([[], true])
    hub.wire.emit({ type: 'up' })
    createChannel(connection).abandon(CLOSED)
    expect(inputs).toEqual([{ type: 'up' }, { type: 'down', error: CLOSED }])
  })
})
