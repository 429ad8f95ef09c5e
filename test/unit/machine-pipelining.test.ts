import { describe, expect, test } from 'vitest'
import type { SessionInput, SessionState } from '../../core/src/protocol/machine-states.ts'
import {
  delivered,
  document,
  failedSync,
  lost,
  patch,
  run,
  runWithout,
  SUBSCRIBED,
  timer,
  TOKEN,
  types,
} from './machine-events.ts'

const START: SessionInput = { type: 'start' }
const UP: SessionInput = { type: 'up' }
const first: SessionInput = { type: 'document', document: document(5) }
/** The hub closed the connection before CONNACK, after it could read the flight. */
const closed = { ...lost, opened: true } as SessionInput

const modeOf = (state: SessionState): unknown => ('streak' in state ? state.streak.pipelining : undefined)

describe('next() with the first packets in one flight', () => {
  test.each([
    [400, 200],
    [40, 50],
    [0, 50],
    [10_000, 1000],
  ])('after a round trip of %i ms, repeats a GET without an answer %i ms after SUBACK', (roundTripInMs, delayInMs) => {
    const { effects } = run(START, TOKEN, UP, { type: 'subscribed', roundTripInMs })
    expect(effects).toEqual([{ type: 'startTimer', timer: 'repeat', delayInMs }])
    expect(run(START, TOKEN, UP, SUBSCRIBED, timer('repeat')).effects).toEqual([{ type: 'repeatGet' }])
  })

  test('accepts the answer whether it follows the first GET or the second', () => {
    expect(run(START, TOKEN, UP, SUBSCRIBED, first).state).toMatchObject({ type: 'ready', have: 5 })
    const late = run(START, TOKEN, UP, SUBSCRIBED, timer('repeat'), first)
    expect(late.state).toMatchObject({ type: 'ready', have: 5 })
    expect(types(late.effects)[0]).toBe('stopTimers')
  })

  test('is ready with a document from before SUBACK, and reads again after SUBACK', () => {
    const early = run(START, TOKEN, UP, first)
    expect(early.state).toMatchObject({ type: 'ready', subscribed: false })
    expect(early.effects).toContainEqual({ type: 'startTimer', timer: 'deadline', delayInMs: 30_000 })
    expect(early.effects).not.toContainEqual({ type: 'stopTimer', timer: 'deadline' })
    expect(types(run(START, TOKEN, UP, first, SUBSCRIBED).effects)).toEqual(['startTimer', 'get'])
    const missed = run(START, TOKEN, UP, first, SUBSCRIBED, { type: 'document', document: document(6) })
    expect(delivered(missed.effects)).toEqual(['document 6'])
    expect(types(missed.effects)).toContain('stopTimer')
  })

  test('reads again after SUBACK also when an app asked before', () => {
    const refreshed = run(START, TOKEN, UP, first, { type: 'refresh' }, SUBSCRIBED, first)
    expect(types(refreshed.effects)).toContain('get')
  })

  test('gives up a hub that never sends SUBACK', () => {
    const { state } = run(START, TOKEN, UP, first, timer('deadline'))
    expect(state).toMatchObject({ type: 'waiting', error: { code: 'ERR_TIMEOUT' } })
  })

  test('reads the twin again for an app that asks before the first answer', () => {
    expect(types(run(START, TOKEN, { type: 'refresh' }, UP, SUBSCRIBED, first).effects)).toContain('get')
    expect(types(runWithout(START, TOKEN, { type: 'refresh' }, UP, SUBSCRIBED, first).effects)).not.toContain('get')
  })

  test('holds desired patches that arrive before the document', () => {
    const { effects } = run(START, TOKEN, UP, patch(6), SUBSCRIBED, first)
    expect(delivered(effects)).toEqual(['document 5', 'patch 6'])
  })
})

describe('next() at a hub that closes because of pipelining', () => {
  const again: readonly SessionInput[] = [timer('retry'), TOKEN]

  test.each<[string, readonly SessionInput[]]>([
    ['closes before CONNACK', [closed]],
    ['closes before the document', [UP, SUBSCRIBED, lost]],
    ['never answers SUBSCRIBE', [UP, timer('deadline')]],
    ['refuses an early GET', [UP, failedSync('ERR_PROTOCOL')]],
  ])('waits for each answer the next time when the hub %s', (_, ending) => {
    const { state } = run(START, TOKEN, ...ending)
    expect(modeOf(state)).toBe('suspect')
    const { effects } = run(START, TOKEN, ...ending, ...again)
    expect(types(effects)).toEqual(['stopTimers', 'startTimer', 'openWire'])
  })

  test.each<[string, readonly SessionInput[]]>([
    ['cannot be reached', [lost]],
    ['refuses the token', [{ type: 'refused', code: 5 }]],
    ['does not answer CONNECT', [timer('deadline')]],
    ['throttles the GET', [UP, SUBSCRIBED, failedSync('ERR_THROTTLED')]],
  ])('keeps pipelining when the hub %s', (_, ending) => {
    expect(modeOf(run(START, TOKEN, ...ending).state)).toBe('on')
  })

  test('turns pipelining off once a connection without it is ready', () => {
    const ready = [START, TOKEN, closed, ...again, UP, SUBSCRIBED, first]
    expect(modeOf(run(...ready).state)).toBe('off')
    const later = run(...ready, timer('uptime'), lost, ...again, closed, ...again)
    expect(modeOf(later.state)).toBe('off')
    expect(types(later.effects)).not.toContain('get')
  })

  test('pipelines again when a connection without pipelining fails too', () => {
    const { state, effects } = run(START, TOKEN, closed, ...again, closed, ...again)
    expect(modeOf(state)).toBe('on')
    expect(types(effects)).toContain('get')
  })

  test('never pipelines where the option turns it off', () => {
    const { state, effects } = runWithout(START, TOKEN, closed, ...again)
    expect(modeOf(state)).toBe('off')
    expect(types(effects)).toEqual(['stopTimers', 'startTimer', 'openWire'])
  })
})
