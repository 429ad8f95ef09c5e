import { expect, test } from 'vitest'
import type { FeatureSet } from '../../core/src/device/attach-features.ts'
import type { ConnectionState, Feature, FeatureHost } from '../../core/src/device/feature.ts'
import { TwinError } from '../../core/src/errors.ts'
import type { Filter } from '../../core/src/protocol/filter.ts'
import type { FeatureMessage } from '../../core/src/session/features.ts'
import { settle } from './fake-clock.ts'
import { peek } from './open-scripted.ts'
import { openReadyDevice, openScriptedDevice, reconnect } from './open-scripted-device.ts'

interface Probe {
  readonly host: FeatureHost
  readonly messages: FeatureMessage[]
  readonly states: ConnectionState['type'][]
  /** Finishes the close of the feature. */
  finish(): void
}

/** A feature that records what it gets. */
function probe(filters: readonly Filter[] = []): Feature<Probe> {
  return {
    attach(host) {
      const messages: FeatureMessage[] = []
      const states: ConnectionState['type'][] = []
      let finish = (): void => {}
      const finished = new Promise<void>((resolve) => {
        finish = resolve
      })
      return {
        api: { host, messages, states, finish },
        filters,
        handleMessage: (message) => messages.push(message),
        handleConnection({ type }) {
          states.push(type)
          if (type === 'closed') finish()
        },
        close: () => finished,
      }
    },
  }
}

const METHODS = { topic: '$iothub/methods/POST/#', qos: 0 } as const
const messages = { topic: 'devices/device1/messages/devicebound/#', qos: 1 } as const

test('A device subscribes the filters of its twin and of all features in a single SUBSCRIBE', async () => {
  const { device, hub } = await openScriptedDevice({ first: probe([METHODS]), second: probe([messages]) })
  expect(hub.wire.subscribed).toEqual([
    [
      { topic: '$iothub/twin/res/#', qos: 0 },
      { topic: '$iothub/twin/PATCH/properties/desired/#', qos: 0 },
      METHODS,
      messages,
    ],
  ])
  expect(device.status).toEqual({ type: 'connecting', attempt: 1 })
})

test('A feature gets a message that arrives together with CONNACK, after the connection is up', async () => {
  const { device, hub } = await openScriptedDevice({ probe: probe([METHODS]) })
  hub.wire.emit({ type: 'up' })
  hub.wire.message('$iothub/methods/POST/reboot/?$rid=1', 'null')
  expect(device.probe.states).toEqual(['up'])
  expect(device.probe.messages).toMatchObject([{ topic: '$iothub/methods/POST/reboot/?$rid=1', text: 'null' }])
})

test('Features get the messages that are not the twin’s, and acknowledge those with QoS 1', async () => {
  const { device, hub } = await openReadyDevice({ probe: probe([messages]) })
  const acknowledged: string[] = []
  hub.wire.message('$iothub/twin/PATCH/properties/desired/?$version=2', { mode: 'eco', $version: 2 })
  hub.wire.message('devices/device1/messages/devicebound/', 'hello', () => acknowledged.push('hello'))
  expect(device.probe.messages).toHaveLength(1)
  expect(device.twin.desired).toEqual({ mode: 'eco' })
  device.probe.messages[0]?.acknowledge?.()
  expect(acknowledged).toEqual(['hello'])
})

test('A feature follows the connection over a loss and until the close', async () => {
  const scripted = await openReadyDevice({ probe: probe() })
  const { device } = scripted
  await reconnect(scripted)
  await device.close({ timeoutInMs: 0 })
  expect(device.probe.states).toEqual(['up', 'waiting', 'connecting', 'up', 'closed'])
  expect(device.status.type).toBe('closed')
})

test('A feature publishes with QoS 0 and 1, and learns of PUBACK', async () => {
  const { device, hub } = await openReadyDevice({ probe: probe() })
  const { host } = device.probe
  host.publish('a', 'first')
  const second = host.publishAtLeastOnce('b', new Uint8Array([1]))
  expect(hub.wire.sent.slice(-2)).toMatchObject([
    { topic: 'a', payload: 'first', qos: 0 },
    { topic: 'b', qos: 1 },
  ])
  expect(await peek(second)).toBeUndefined()
  hub.wire.puback()
  expect(await peek(second)).toEqual({ value: undefined })
})

test('A publish with QoS 1 rejects with ERR_INTERRUPTED at the end of the connection, and without one', async () => {
  const { device, hub } = await openReadyDevice({ probe: probe() })
  const lost = device.probe.host.publishAtLeastOnce('a', '')
  hub.wire.drop()
  expect(await peek(lost)).toMatchObject({ reason: { code: 'ERR_INTERRUPTED' } })
  expect(await peek(device.probe.host.publishAtLeastOnce('a', ''))).toMatchObject({
    reason: { code: 'ERR_INTERRUPTED' },
  })
})

test('A renewal of the token waits for PUBACK and for the tasks that hold the connection', async () => {
  const { device, hub, clock } = await openReadyDevice({ probe: probe() })
  const { host, states } = device.probe
  await clock.advance(2_699_999)
  const release = host.hold()
  const sent = host.publishAtLeastOnce('a', '')
  await clock.advance(1)
  expect(states).toEqual(['up', 'draining'])
  hub.wire.puback()
  await sent
  await settle()
  expect(hub.wires).toHaveLength(1)
  release()
  release()
  expect(hub.wires).toHaveLength(2)
  expect(states).toEqual(['up', 'draining', 'connecting'])
})

test('A renewal of the token waits no longer than 5 s for a task', async () => {
  const { device, hub, clock } = await openReadyDevice({ probe: probe() })
  device.probe.host.hold()
  await clock.advance(2_700_000)
  expect(hub.wires).toHaveLength(1)
  await clock.advance(5000)
  expect(hub.wires).toHaveLength(2)
})

test('A feature abandons a connection that fails, and the session opens the next', async () => {
  const scripted = await openReadyDevice({ probe: probe() })
  const { device, hub, clock } = scripted
  device.probe.host.abandon(new TwinError('ERR_TIMEOUT', 'Hub did not acknowledge'))
  expect(hub.wire.closed).toBe(true)
  expect(device.status).toMatchObject({ type: 'waiting', error: { message: 'Hub did not acknowledge' } })
  await clock.advance(1000)
  expect(hub.wires).toHaveLength(2)
})

test('close() waits until the features are done, and then ends the connection', async () => {
  const { device, hub } = await openReadyDevice({ probe: probe() })
  const closed = device.close()
  const twice = device.close()
  await settle()
  expect(hub.wire.closed).toBe(false)
  device.probe.finish()
  await Promise.all([closed, twice])
  expect(hub.wire.closed).toBe(true)
})

test('close() waits no longer than its deadline', async () => {
  const { device, hub, clock } = await openReadyDevice({ probe: probe() })
  const closed = device.close({ timeoutInMs: 2000 })
  await clock.advance(1999)
  expect(hub.wire.closed).toBe(false)
  await clock.advance(1)
  expect(hub.wire.closed).toBe(true)
  await closed
  expect(clock.pending).toBe(0)
})

test('close() of the twin closes the device', async () => {
  const { device, hub } = await openReadyDevice({ probe: probe() })
  const closed = device.twin.close()
  device.probe.finish()
  await closed
  expect(hub.wire.closed).toBe(true)
  expect(device.probe.states.at(-1)).toBe('closed')
})

test('An aborted signal closes the device', async () => {
  const app = new AbortController()
  const { device } = await openReadyDevice({ probe: probe() }, { signal: app.signal })
  app.abort()
  device.probe.finish()
  await settle()
  expect(device.status.type).toBe('closed')
})

test.each([
  ['a reserved name', { twin: probe() }, 'options.use.twin needs another name; a device has its own "twin"'],
  // oxlint-disable-next-line unicorn/no-thenable -- the device rejects the name
  ['a name that makes a promise of the device', Object.fromEntries([['then', probe()]]), /needs another name/],
  [
    'a function instead of its result',
    { probe },
    'options.use.probe is a function, not a feature such as the result of telemetry()',
  ],
  ['no value', { probe: undefined }, /options\.use\.probe is undefined/],
  ['no object', 7, 'options.use is a number, not an object'],
])('A device rejects a wrong feature set: %s', async (_, use, message) => {
  const wrong: unknown = use
  const opened = openScriptedDevice(wrong as FeatureSet)
  await expect(opened).rejects.toBeInstanceOf(TypeError)
  await expect(opened).rejects.toThrow(message)
})

test('close() rejects a wrong deadline, and stays open', async () => {
  const { device } = await openReadyDevice({})
  await expect(device.close({ timeoutInMs: -1 })).rejects.toThrow(RangeError)
  expect(device.status.type).toBe('ready')
})
