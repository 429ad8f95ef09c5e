import { describe, expect, test } from 'vitest'
import { next } from '../../core/src/telemetry/machine.ts'
import { createTelemetryState, type TelemetrySettings, type TelemetryState } from '../../core/src/telemetry/states.ts'
import { type Bounds, messageOf, queued, walk } from './telemetry-walk.ts'

const SETTINGS: TelemetrySettings = { maxMessages: 2, maxBytes: 1000, overflow: 'reject-newest', window: 2 }

describe.each<[string, boolean, TelemetrySettings, Bounds]>([
  ['that rejects the newest message', false, SETTINGS, { messages: 3, losses: 1 }],
  ['that rejects the oldest message', false, { ...SETTINGS, overflow: 'reject-oldest' }, { messages: 3, losses: 1 }],
  ['over two lost connections', false, { ...SETTINGS, maxMessages: 1 }, { messages: 2, losses: 2 }],
  ['with a storage', true, { ...SETTINGS, window: 1 }, { messages: 2, losses: 1 }],
])('A queue of telemetry %s, over every state and input,', (_, isLoading, limits, bounds) => {
  const { nodes, edges } = walk(isLoading, limits, bounds)

  test('reaches every kind of state', () => {
    expect(nodes.length).toBeGreaterThan(500)
    expect(new Set(nodes.map(({ state }) => state.type))).toEqual(new Set(['open', 'closing', 'closed']))
    expect(new Set(nodes.map(({ losses }) => losses))).toEqual(new Set(Array(bounds.losses + 1).keys()))
    expect(nodes.some(({ rejected }) => rejected.some(({ message }) => message.includes('limit of')))).toBe(true)
  })

  test('resolves only messages that the hub has', () => {
    expect(nodes.filter(({ resolved, hub }) => !resolved.every((id) => hub.includes(id)))).toEqual([])
    expect(nodes.some(({ resolved }) => resolved.length === bounds.messages)).toBe(true)
  })

  test('never sends a message that it rejected as unsent', () => {
    const isUnsent = ({ message }: { message: string }): boolean =>
      /before the message was sent|not accepted/.test(message)
    const wrong = nodes.filter(({ rejected, hub }) => rejected.some((each) => isUnsent(each) && hub.includes(each.id)))
    expect(wrong).toEqual([])
  })

  test('sends a copy only after a lost connection', () => {
    const copies = nodes.filter(({ hub }) => new Set(hub).size < hub.length)
    expect(copies.length).toBeGreaterThan(0)
    expect(copies.filter(({ hub, losses }) => hub.length - new Set(hub).size > losses * 2 || losses === 0)).toEqual([])
  })

  test('keeps the order of the messages, apart from copies', () => {
    const wrong = nodes.filter(({ hub }) => {
      const first = [...new Set(hub)]
      return first.some((id, index) => index > 0 && id < (first[index - 1] as number))
    })
    expect(wrong).toEqual([])
  })

  test('sends whenever it can', () => {
    const idle = nodes.filter(
      ({ state }) =>
        state.type !== 'closed' &&
        state.connection === 'up' &&
        !state.isLoading &&
        state.inFlight.length < limits.window,
    )
    expect(idle.length).toBeGreaterThan(0)
    expect(idle.filter(({ state }) => queued(state).length > state.inFlight.length)).toEqual([])
    expect(nodes.filter(({ wire }) => wire.length > limits.window)).toEqual([])
  })

  test('watches for PUBACK while a message is in flight', () => {
    expect(
      nodes.filter(({ state, isWatched }) => state.type !== 'closed' && isWatched !== state.inFlight.length > 0),
    ).toEqual([])
  })

  test('counts its messages and bytes, and keeps callers only for them', () => {
    const open = nodes.filter(({ state }) => state.type !== 'closed')
    const wrong = open.filter(
      ({ state, waiting }) =>
        state.count !== queued(state).length ||
        state.bytes !== 10 * state.count ||
        !waiting.every((id) => queued(state).includes(id)),
    )
    expect(wrong).toEqual([])
  })

  test('leaves no caller waiting after a close, and says that it is flushed', () => {
    const closed = nodes.filter(({ state }) => state.type === 'closed')
    expect(closed.filter(({ waiting, isFlushed, isWatched }) => waiting.length > 0 || !isFlushed || isWatched)).toEqual(
      [],
    )
    const done = nodes.filter(
      ({ state }) => state.type === 'closing' && (state.count === 0 || state.connection === 'waiting'),
    )
    expect(done.length).toBeGreaterThan(0)
    expect(done.filter(({ isFlushed }) => !isFlushed)).toEqual([])
  })

  test('does not send a canceled message over the next connection', () => {
    const again = edges.filter(
      ({ from, effects }) =>
        from.losses > 0 &&
        effects.some((effect) => effect.type === 'publish' && from.canceled.includes(effect.entry.id)),
    )
    expect(again).toEqual([])
  })

  test('answers a message after the close, and ignores everything else', () => {
    const { state } = nodes.find((node) => node.state.type === 'closed') ?? expect.unreachable()
    const [after, effects] = next(state, { type: 'send', id: 9, message: messageOf(9) }, limits)
    expect(after).toBe(state)
    expect(effects).toMatchObject([{ type: 'reject', id: 9, error: { code: 'ERR_CLOSED' } }])
    expect(next(state, { type: 'connection', connection: 'up' }, limits)).toEqual([state, []])
  })
})

test('A queue takes the same time for each of 20,000 messages', () => {
  // A copy of the queue for each message would read its entries 200 million times.
  const limits: TelemetrySettings = {
    maxMessages: 200_000,
    maxBytes: 2_000_000,
    overflow: 'reject-newest',
    window: 256,
  }
  let state: TelemetryState = createTelemetryState(false)
  for (let id = 1; id <= 20_000; id++) [state] = next(state, { type: 'send', id, message: messageOf(id) }, limits)
  ;[state] = next(state, { type: 'connection', connection: 'up' }, limits)
  for (let id = 1; id <= 20_000; id++) [state] = next(state, { type: 'acknowledged', id }, limits)
  expect(state).toMatchObject({ count: 0, bytes: 0, inFlight: { length: 0 } })
})
