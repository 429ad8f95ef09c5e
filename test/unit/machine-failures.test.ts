import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { SessionInput, SessionState } from '../../core/src/protocol/machine-states.ts'
import {
  failedSync,
  lost,
  patch,
  run,
  SUBSCRIBED,
  timer,
  TOKEN,
  toReady,
  TO_SYNCING,
  unreachable,
} from './machine-events.ts'
import { START, UP, REFUSED, started, STREAK, ending, first, toEarly } from './machine-steps.ts'

describe('next() after a failure', () => {
  const again: readonly SessionInput[] = [timer('retry'), TOKEN]
  const life: readonly SessionInput[] = [TOKEN, UP, SUBSCRIBED, first, lost]

  test.each<[string, readonly SessionInput[], string, string, object]>([
    ['no token', [START, timer('deadline')], 'ERR_TOKEN', 'Token source returned no token within 20000 ms', {}],
    ['no CONNACK', [START, TOKEN, timer('deadline')], 'ERR_TIMEOUT', 'Hub did not answer CONNECT in time', {}],
    [
      'no SUBACK',
      [START, TOKEN, UP, timer('deadline')],
      'ERR_TIMEOUT',
      'Hub did not answer in time',
      { pipelining: 'suspect' },
    ],
    ['no answer when ready', [...toReady, timer('deadline')], 'ERR_TIMEOUT', 'Hub did not answer in time', {}],
    ['a refusal', [START, TOKEN, REFUSED], 'ERR_REFUSED', 'Hub refused the connection (CONNACK 5)', { refusals: 1 }],
    [
      'a second refusal',
      [START, TOKEN, REFUSED, ...again, REFUSED],
      'ERR_UNAUTHORIZED',
      'Hub refused a fresh token (CONNACK 5): is the key right, the device there and enabled, the clock right?',
      { refusals: 2, failures: 2 },
    ],
    [
      'a refusal after a CONNACK',
      [START, TOKEN, REFUSED, ...again, UP, lost, ...again, REFUSED],
      'ERR_REFUSED',
      'Hub refused the connection (CONNACK 5)',
      { refusals: 1, failures: 3, pipelining: 'suspect' },
    ],
    ['a connection that is lost when ready', [START, ...life], 'ERR_INTERRUPTED', 'lost', { drops: 1 }],
    [
      'a connection that is lost a second time',
      [START, ...life, timer('retry'), ...life],
      'ERR_INTERRUPTED',
      'lost',
      { drops: 2, failures: 2 },
    ],
    [
      'a connection that is lost a third time',
      [START, ...life, timer('retry'), ...life, timer('retry'), ...life],
      'ERR_REPLACED',
      'Connection was lost 3 times soon after it was ready: another client probably uses the same identity',
      { drops: 3, failures: 3 },
    ],
    [
      'a hub that closes during the sync',
      [START, TOKEN, UP, lost],
      'ERR_INTERRUPTED',
      'lost',
      { pipelining: 'suspect' },
    ],
    ['a malformed twin when ready', [...toReady, patch(8), failedSync('ERR_PROTOCOL')], 'ERR_PROTOCOL', 'failed', {}],
    [
      'a throttled GET before SUBACK',
      [START, TOKEN, UP, failedSync('ERR_THROTTLED')],
      'ERR_THROTTLED',
      'failed',
      { pipelining: 'suspect' },
    ],
    ['a throttled GET after SUBACK', [...TO_SYNCING, failedSync('ERR_THROTTLED')], 'ERR_THROTTLED', 'failed', {}],
    [
      'a malformed twin before SUBACK although ready',
      [...toEarly, { type: 'refresh' }, failedSync('ERR_PROTOCOL')],
      'ERR_PROTOCOL',
      'failed',
      {},
    ],
    [
      'patches that never fit',
      [...toReady, patch(80), ...Array.from({ length: 5 }, () => first)],
      'ERR_PROTOCOL',
      'Desired patches did not fit the twin that the hub sent, 5 times',
      {},
    ],
  ])('waits after %s', (_, inputs, code, message, more) => {
    const { state, effects } = run(...inputs)
    expect(state).toMatchObject({ type: 'waiting', error: { code, message }, woken: false })
    expect(state).toHaveProperty('streak', { ...STREAK, failures: 1, ...more })
    const { retryInMs } = state as Extract<SessionState, { type: 'waiting' }>
    expect(effects.slice(-4)).toEqual(ending(retryInMs))
    expect(effects.filter(({ type }) => type === 'get')).toEqual([])
  })

  test('invalidates the token after each refusal, and tells of each failed GET', () => {
    expect(run(START, TOKEN, REFUSED).effects).toEqual([{ type: 'invalidateToken' }, ...ending(500)])
    const error = new TwinError('ERR_PROTOCOL', 'failed')
    expect(run(...TO_SYNCING, failedSync('ERR_PROTOCOL')).effects).toEqual([
      { type: 'syncFailed', error },
      ...ending(500),
    ])
  })

  test('keeps the last error of a replaced connection as its cause', () => {
    const { state } = run(START, ...life, timer('retry'), ...life, timer('retry'), ...life)
    expect(state).toMatchObject({ error: { cause: { code: 'ERR_INTERRUPTED' } }, retryInMs: 225_000 })
  })

  test('obeys the hint of the hub, on top of the back-off', () => {
    const error = new TwinError('ERR_THROTTLED', 'failed', { retryAfterInMs: 7000 })
    const { effects } = run(...toReady, { type: 'refresh' }, { type: 'syncFailed', error })
    expect(effects.at(-1)).toEqual(started('retry', 7500))
    const twice = [{ type: 'refresh' }, failedSync('ERR_HUB'), timer('retry'), failedSync('ERR_HUB')] as const
    expect(run(...toReady, ...twice).effects.at(-1)).toEqual(started('retry', 1000))
  })

  test('counts a refused connection after the cap of the back-off', () => {
    const many = Array.from({ length: 9 }, () => [TOKEN, unreachable, timer('retry')]).flat()
    expect(run(START, ...many.slice(0, -1)).state).toMatchObject({ retryInMs: 30_000, streak: { failures: 9 } })
  })

  test('fails for good with the error of the source of tokens', () => {
    const error = new TwinError('ERR_TOKEN', 'revoked', { retriable: false })
    expect(run(START, { type: 'tokenFailed', error })).toEqual({
      state: { type: 'closed', error },
      effects: ending(0).slice(0, 3),
    })
    const passing = new TwinError('ERR_TOKEN', 'later')
    expect(run(START, { type: 'tokenFailed', error: passing }).state).toMatchObject({ type: 'waiting', error: passing })
  })

  test('a wake shortens a wait by chance, up to a second, and never lengthens it', () => {
    const wake: SessionInput = { type: 'wake', silentForInMs: 0 }
    expect(run(START, TOKEN, unreachable, wake)).toMatchObject({
      state: { woken: true },
      effects: [started('retry', 250)],
    })
    expect(run(...toReady, { type: 'sleep' }, wake).effects).toEqual([started('retry', 500)])
  })
})
