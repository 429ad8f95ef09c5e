import { describe, expect, test } from 'vitest'
import { next } from '../../core/src/messages/machine.ts'
import { FIRST_STATE, type MessagesState } from '../../core/src/messages/states.ts'
import { messageOf, walk } from './messages-walk.ts'

describe('Messages, over every state and input,', () => {
  const { nodes, edges } = walk()

  test('reach every kind of state', () => {
    expect(nodes.length).toBeGreaterThan(1000)
    expect(new Set(nodes.map(({ state }) => state.type))).toEqual(new Set(['open', 'closing', 'closed']))
    expect(new Set(nodes.map(({ state }) => state.consumer.type))).toEqual(
      new Set(['absent', 'free', 'busy', 'pausing']),
    )
  })

  test('get PUBACK only when the app has accepted them, or when they have expired', () => {
    const acknowledged = edges.flatMap(({ effects, to }) =>
      effects.flatMap((effect) => (effect.type === 'acknowledge' ? [{ id: effect.id, to }] : [])),
    )
    expect(acknowledged.length).toBeGreaterThan(0)
    const wrong = acknowledged.filter(({ id, to }) => {
      const accepted = to.accepted.map(messageOf)
      return !accepted.includes(messageOf(id)) && !(messageOf(id) === 2 && to.now === 1)
    })
    expect(wrong).toEqual([])
  })

  test('never wait while the app is free and the connection is up', () => {
    const idle = nodes.filter(
      ({ state }) =>
        state.type === 'open' &&
        state.connection === 'up' &&
        state.consumer.type === 'free' &&
        state.waiting.length > 0,
    )
    expect(idle).toEqual([])
  })

  test('are the app’s one at a time: the state knows of the message in the app', () => {
    const wrong = nodes.filter(
      ({ state, inApp }) =>
        state.type !== 'closed' && inApp !== (state.consumer.type === 'busy' ? state.consumer.id : undefined),
    )
    expect(wrong).toEqual([])
  })

  test('are remembered while they wait, and forgotten afterwards', () => {
    const wrong = nodes.filter(({ state, open }) => {
      const waiting = state.waiting.map(({ id }) => id)
      return open.length !== waiting.length || open.some((id) => !waiting.includes(id))
    })
    expect(wrong).toEqual([])
  })

  test('hold the connection while the app has a message of it', () => {
    const wrong = nodes.filter(({ isHeld, inApp, atHub }) => isHeld !== (inApp !== undefined && atHub.includes(inApp)))
    expect(wrong).toEqual([])
  })

  test('pause after a failure only', () => {
    const wrong = nodes.filter(
      ({ state, isPausing }) => state.type !== 'closed' && isPausing !== (state.consumer.type === 'pausing'),
    )
    expect(wrong).toEqual([])
  })

  test('end with the session: no pause, no hold, nothing remembered', () => {
    const closed = nodes.filter(({ state }) => state.type === 'closed')
    expect(closed.length).toBeGreaterThan(0)
    const wrong = closed.filter(
      ({ isPausing, isHeld, open, isFlushed, isEnded }) =>
        isPausing || isHeld || open.length > 0 || !isFlushed || !isEnded,
    )
    expect(wrong).toEqual([])
  })
})

test('The memory of acknowledged packet identifiers is bounded', () => {
  let state: MessagesState = { ...FIRST_STATE, connection: 'up', consumer: { type: 'free' } }
  for (let id = 1; id <= 300; id++) {
    const packet = { id, packetId: id, expiresAt: undefined, isDuplicate: false }
    ;[state] = next(state, { type: 'message', now: 0, ...packet })
    ;[state] = next(state, { type: 'settled', now: 0, id, isAccepted: true })
  }
  expect([state.acknowledged.length, state.acknowledged[0], state.waiting]).toEqual([256, 45, []])
})
