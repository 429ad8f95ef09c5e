import { describe, expect, test, vi } from 'vitest'
import { attachFeatures, connectionOf, type FeatureSet } from '../../core/src/device/attach-features.ts'
import type { AttachedFeature, Feature } from '../../core/src/device/feature.ts'
import type { Hosting } from '../../core/src/device/hosting.ts'
import { TwinError } from '../../core/src/errors.ts'
import { lost, run, timer, TOKEN, toReady, TO_SYNCING } from './machine-events.ts'

const hosting = { host: {}, isIdle: () => true } as Hosting
const feature = (attached: Partial<AttachedFeature<unknown>> = {}): Feature<unknown> => ({
  attach: () => ({ api: undefined, ...attached }),
})
const attach = (use: FeatureSet): ReturnType<typeof attachFeatures> => attachFeatures(use, hosting)
const MESSAGE = { topic: 'a', payload: new Uint8Array(), text: '' }

describe('attachFeatures()', () => {
  test('joins the features', async () => {
    const close = vi.fn(async () => {})
    const handleMessage = vi.fn()
    const {
      apis,
      features,
      close: closeAll,
    } = attach({
      a: feature({ api: 1, filters: [{ topic: 'a', qos: 0 }], close }),
      b: feature({ api: 2, filters: [{ topic: 'b', qos: 1 }], handleMessage, isPersistent: true }),
      c: feature(),
    })
    expect(apis).toEqual({ a: 1, b: 2, c: undefined })
    expect(features.filters).toEqual([
      { topic: 'a', qos: 0 },
      { topic: 'b', qos: 1 },
    ])
    expect(features.isPersistent).toBe(true)
    expect(features.isIdle()).toBe(true)
    features.handleMessage(MESSAGE)
    expect(handleMessage.mock.calls).toEqual([[MESSAGE]])
    await closeAll()
    expect(close).toHaveBeenCalledTimes(1)
    expect(attach({ a: feature() }).features.isPersistent).toBe(false)
  })

  test('unsubscribes what an earlier program may have left, unless a feature has it', () => {
    const filter = { topic: 'left', qos: 0 } as const
    const use = { a: feature({ leftovers: ['left'] }), b: feature({ filters: [{ topic: 'other', qos: 0 }] }) }
    expect(attach(use).features.leftovers).toEqual(['left'])
    expect(attach({ ...use, c: feature({ filters: [filter] }) }).features.leftovers).toEqual([])
  })

  test('wants a message for a feature that does, or that does not say', () => {
    const handleMessage = (): void => {}
    const wants = (topic: string): boolean => topic === 'a'
    expect(attach({ a: feature({ handleMessage }) }).wants('b')).toBe(true)
    expect(attach({ a: feature() }).wants('a')).toBeFalsy()
    const choosy = attach({ a: feature({ handleMessage, wants }) })
    expect([choosy.wants('a'), choosy.wants('b')]).toEqual([true, false])
  })

  test('tells the features of each new state of the connection, once', () => {
    const handleConnection = vi.fn()
    const { features } = attach({ a: feature({ handleConnection }), b: feature() })
    for (const inputs of [[], TO_SYNCING, toReady, [...toReady, lost], [{ type: 'close' as const }]])
      features.handleState(run(...inputs).state)
    expect(handleConnection.mock.calls.map(([{ type }]) => type)).toEqual(['up', 'waiting', 'closed'])
  })

  test.each<[unknown, string]>([
    [null, 'options.use is null, not an object'],
    [7, 'options.use is a number, not an object'],
    [{ a: 7 }, 'options.use.a is a number, not a feature such as the result of telemetry()'],
    [{ a: null }, 'options.use.a is null, not a feature such as the result of telemetry()'],
    [{ a: undefined }, 'options.use.a is undefined, not a feature such as the result of telemetry()'],
    [{ a: {} }, 'options.use.a is an object, not a feature such as the result of telemetry()'],
    ...['twin', 'status', 'onStatus', 'close', 'then'].map((name): [unknown, string] => [
      { [name]: feature() },
      `options.use.${name} needs another name; a device has its own "${name}"`,
    ]),
  ])('rejects %j', (use, problem) => {
    expect(() => attach(use as FeatureSet)).toThrow(new TypeError(problem))
  })
})

test('connectionOf() shows a session as a feature sees it', () => {
  const due = { now: 1_700_000_000_000 + 45 * 60_000 }
  const draining = [...toReady, { ...timer('renew'), ...due }, { type: 'token', expiresAt: 2e12, ...due } as const]
  const error = new TwinError('ERR_TOKEN', 'no', { retriable: false })
  expect(connectionOf(run().state)).toEqual({ type: 'connecting' })
  expect(connectionOf(run({ type: 'start' }, TOKEN).state)).toEqual({ type: 'connecting' })
  expect(connectionOf(run(...TO_SYNCING).state)).toEqual({ type: 'up' })
  expect(connectionOf(run(...toReady).state)).toEqual({ type: 'up' })
  expect(connectionOf(run(...draining).state)).toEqual({ type: 'draining' })
  expect(connectionOf(run(...toReady, lost).state)).toMatchObject({ type: 'waiting' })
  expect(connectionOf(run({ type: 'start' }, { type: 'tokenFailed', error }).state)).toEqual({ type: 'closed', error })
})
