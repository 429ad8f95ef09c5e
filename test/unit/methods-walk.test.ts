import { describe, expect, test } from 'vitest'
import { next } from '../../core/src/methods/machine.ts'
import { FIRST_STATE, type MethodsState } from '../../core/src/methods/states.ts'
import { walk } from './methods-walk.ts'

describe.each([[1], [Infinity]])('Method calls with concurrency %s, over every state and input,', (concurrency) => {
  const { nodes, edges } = walk(concurrency)

  test('reach every kind of state', () => {
    expect(nodes.length).toBeGreaterThan(1000)
    expect(new Set(nodes.map(({ state }) => state.type))).toEqual(new Set(['open', 'closing', 'closed']))
    const types = new Set(nodes.flatMap(({ state }) => state.calls.map(({ type }) => type)))
    expect(types).toEqual(new Set(concurrency === 1 ? ['waiting', 'running', 'settled'] : ['running', 'settled']))
  })

  test('run no more handlers than may run', () => {
    expect(nodes.filter(({ running }) => running.length > concurrency)).toEqual([])
    expect(nodes.filter(({ running, state }) => state.type !== 'closed' && running.length !== state.running)).toEqual(
      [],
    )
  })

  test('run no handler for a copy of an open or finished call of the connection', () => {
    const copies = edges.filter(
      ({ from, input }) =>
        input.type === 'call' &&
        (from.state.finished.includes(input.rid) ||
          from.state.calls.some(({ rid, name, isOld }) => rid === input.rid && (name === input.name || !isOld))),
    )
    expect(copies.length).toBeGreaterThan(0)
    expect(copies.filter(({ effects }) => effects.some(({ type }) => type === 'run' || type === 'accept'))).toEqual([])
  })

  test('run another call with the $rid of an earlier connection, and abort the earlier', () => {
    const others = edges.filter(
      ({ from, input }) =>
        input.type === 'call' &&
        from.state.type === 'open' &&
        from.state.calls.some(
          ({ rid, name, isOld, type }) => rid === input.rid && isOld && name !== input.name && type === 'running',
        ),
    )
    expect(others.length).toBeGreaterThan(0)
    for (const { effects, to } of others) {
      expect(effects).toContainEqual(expect.objectContaining({ type: 'abort', reason: 'replaced' }))
      expect(to.timers).toContain(to.count)
    }
  })

  test('have a deadline each, and hold the connection while they are open', () => {
    const open = nodes.filter(({ state }) => state.type !== 'closed')
    expect(open.filter(({ state, timers }) => state.calls.some(({ id }) => !timers.includes(id)))).toEqual([])
    expect(nodes.filter(({ state, isHeld }) => isHeld !== state.calls.length > 0)).toEqual([])
  })

  test('leave no response behind on a connection', () => {
    const behind = nodes.filter(
      ({ state }) =>
        ['up', 'draining'].includes(state.connection) &&
        state.calls.some((call) => call.type === 'settled' && !call.isSent),
    )
    expect(behind).toEqual([])
  })

  test('respond at a deadline with 504 only, and never after it', () => {
    const late = edges.filter(({ input }) => input.type === 'deadline')
    const statuses = late.flatMap(({ effects, input }) =>
      effects.flatMap((effect) =>
        effect.type === 'respond' && input.type === 'deadline' && effect.id === input.id
          ? [effect.response.status]
          : [],
      ),
    )
    expect(new Set(statuses)).toEqual(new Set([504]))
    for (const { to, input } of late) {
      expect(to.state.calls.some(({ id }) => input.type === 'deadline' && id === input.id)).toBe(false)
    }
  })

  test('end with the session: no deadline, no hold, and each running handler aborted', () => {
    const closed = nodes.filter(({ state }) => state.type === 'closed')
    const wrong = closed.filter(
      ({ timers, isHeld, isFlushed, running, aborted }) =>
        timers.length > 0 || isHeld || !isFlushed || running.some((id) => !aborted.includes(id)),
    )
    expect(wrong).toEqual([])
  })

  test('start no handler once the device closes', () => {
    const started = edges.filter(
      ({ from, effects }) => from.state.type !== 'open' && effects.some(({ type }) => type === 'run'),
    )
    expect(started).toEqual([])
  })
})

test('Finished calls are forgotten in order, so that their memory is bounded', () => {
  let state: MethodsState = { ...FIRST_STATE, connection: 'up' }
  for (let id = 1; id <= 300; id++) {
    const response = { status: 404, body: '' }
    ;[state] = next(state, { type: 'call', id, rid: String(id), name: 'x', body: '', response }, 1)
    ;[state] = next(state, { type: 'acknowledged', id }, 1)
  }
  expect([state.finished.length, state.finished[0], state.calls]).toEqual([256, '45', []])
})
