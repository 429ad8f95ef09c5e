import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { SessionInput } from '../../core/src/protocol/machine-states.ts'
import {
  document,
  failedSync,
  patch,
  run,
  runWithout,
  SUBSCRIBED,
  timer,
  TOKEN,
  toReady,
  TO_SYNCING,
  unreachable,
} from './machine-events.ts'
import {
  START,
  UP,
  STOP_TIMERS,
  started,
  STREAK,
  SYNC,
  EXPIRES_AT,
  READY,
  READ,
  ending,
  first,
  toEarly,
} from './machine-steps.ts'

describe('next() from step to step', () => {
  test.each<[string, readonly SessionInput[], object, readonly object[]]>([
    [
      'a start asks for a token',
      [START],
      { type: 'authorizing', streak: STREAK },
      [STOP_TIMERS, started('deadline', 20_000), { type: 'askToken' }],
    ],
    [
      'a token opens a connection and sends the first packets',
      [START, TOKEN],
      { type: 'opening', streak: STREAK, expiresAt: EXPIRES_AT, sync: SYNC },
      [STOP_TIMERS, started('deadline', 20_000), { type: 'openWire' }, { type: 'subscribe' }, READ],
    ],
    [
      'CONNACK starts the wait for SUBACK',
      [START, TOKEN, UP],
      { type: 'syncing', streak: STREAK, expiresAt: EXPIRES_AT, sync: SYNC, subscribed: false },
      [STOP_TIMERS, started('deadline', 30_000)],
    ],
    [
      'SUBACK starts the wait for the document',
      TO_SYNCING,
      { type: 'syncing', streak: STREAK, expiresAt: EXPIRES_AT, sync: SYNC, subscribed: true },
      [started('repeat', 200)],
    ],
    [
      'the document makes the session ready',
      toReady,
      READY,
      [
        STOP_TIMERS,
        started('uptime', 30_000),
        started('renew', 600_000),
        { type: 'stopTimer', timer: 'deadline' },
        { type: 'document', document: document(5) },
      ],
    ],
    [
      'a document before SUBACK makes the session ready, with a deadline for SUBACK',
      toEarly,
      { ...READY, subscribed: false },
      [
        STOP_TIMERS,
        started('uptime', 30_000),
        started('renew', 600_000),
        started('deadline', 30_000),
        { type: 'document', document: document(5) },
      ],
    ],
    [
      'a gap holds the patch and reads the twin',
      [...toReady, patch(8)],
      { ...READY, sync: { ...SYNC, held: [{ version: 8, properties: { at: 8 } }] } },
      [started('deadline', 30_000), READ],
    ],
    [
      'a second gap during the GET holds that patch too',
      [...toReady, patch(8), patch(9)],
      {
        ...READY,
        sync: {
          ...SYNC,
          held: [
            { version: 8, properties: { at: 8 } },
            { version: 9, properties: { at: 9 } },
          ],
        },
      },
      [],
    ],
    [
      'a refresh during the GET asks for another',
      [...toReady, { type: 'refresh' }, { type: 'refresh' }],
      { ...READY, sync: { ...SYNC, again: true } },
      [],
    ],
    [
      'a lost patch during the GET asks for another, once and for all',
      [...toReady, { type: 'refresh' }, { type: 'desiredPatchLost' }, { type: 'refresh' }],
      { ...READY, sync: { ...SYNC, again: true } },
      [],
    ],
    [
      'a refresh during the wait for another GET asks for none',
      [...toReady, patch(8), failedSync('ERR_HUB'), { type: 'refresh' }],
      { ...READY, sync: { ...SYNC, asked: false, held: [{ version: 8, properties: { at: 8 } }], rounds: 1 } },
      [],
    ],
    [
      'a failed GET is repeated later',
      [...toReady, { type: 'refresh' }, failedSync('ERR_THROTTLED')],
      { ...READY, sync: { ...SYNC, asked: false, rounds: 1 } },
      [
        expect.objectContaining({ type: 'syncFailed' }),
        { type: 'stopTimer', timer: 'deadline' },
        started('retry', 500),
      ],
    ],
    [
      'the repeated GET keeps its round',
      [...toReady, { type: 'refresh' }, failedSync('ERR_THROTTLED'), timer('retry')],
      { ...READY, sync: { ...SYNC, rounds: 1 } },
      [started('deadline', 30_000), READ],
    ],
    [
      'a document that leaves a gap starts the next round',
      [...toReady, patch(8), { type: 'document', document: document(6) }],
      { ...READY, have: 6, sync: { ...SYNC, held: [{ version: 8, properties: { at: 8 } }], rounds: 1 } },
      [
        { type: 'stopTimer', timer: 'deadline' },
        { type: 'document', document: document(6) },
        started('deadline', 30_000),
        READ,
      ],
    ],
    [
      'a document after which a refresh waits starts a first round',
      [...toReady, patch(8), { type: 'refresh' }, { type: 'document', document: document(8) }],
      { ...READY, have: 8, sync: SYNC },
      [
        { type: 'stopTimer', timer: 'deadline' },
        { type: 'document', document: document(8) },
        started('deadline', 30_000),
        READ,
      ],
    ],
    [
      'the uptime forgives earlier failures',
      [START, TOKEN, unreachable, timer('retry'), TOKEN, UP, SUBSCRIBED, first, timer('uptime')],
      READY,
      [],
    ],
    [
      'a sleep ends the connection until the next wake',
      [...toReady, { type: 'sleep' }],
      {
        type: 'waiting',
        streak: STREAK,
        error: new TwinError('ERR_INTERRUPTED', 'Connection was put to sleep'),
        retryInMs: 60_000,
        woken: false,
      },
      ending(60_000),
    ],
    [
      'a wake probes a silent hub',
      [...toReady, { type: 'wake', silentForInMs: 5000 }],
      { ...READY, sync: SYNC },
      [started('deadline', 5000), READ],
    ],
    [
      'a wake during a GET shortens its deadline',
      [...toReady, { type: 'refresh' }, { type: 'wake', silentForInMs: 5000 }],
      { ...READY, sync: SYNC },
      [started('deadline', 5000)],
    ],
    [
      'a wake between two GETs changes nothing',
      [...toReady, { type: 'refresh' }, failedSync('ERR_HUB'), { type: 'wake', silentForInMs: 5000 }],
      { ...READY, sync: { ...SYNC, asked: false, rounds: 1 } },
      [],
    ],
    ['the second SUBACK changes nothing', [...toReady, SUBSCRIBED], READY, []],
    [
      'a second SUBACK before the document changes nothing',
      [...TO_SYNCING, SUBSCRIBED],
      { type: 'syncing', streak: STREAK, expiresAt: EXPIRES_AT, sync: SYNC, subscribed: true },
      [],
    ],
    [
      'SUBACK after the document reads the twin again',
      [...toEarly, SUBSCRIBED],
      { ...READY, sync: SYNC },
      [started('deadline', 30_000), READ],
    ],
    ['a close ends everything', [...toReady, { type: 'close' }], { type: 'closed' }, ending(0).slice(0, 3)],
  ])('%s', (_, inputs, state, effects) => {
    const outcome = run(...inputs)
    expect(outcome.state).toEqual(state)
    expect(Object.keys(outcome.state).sort()).toEqual(Object.keys(state).sort())
    expect(outcome.effects).toEqual(effects)
  })

  test('without pipelining, each step waits for the one before', () => {
    const off = { ...STREAK, pipelining: 'off' }
    expect(runWithout(START, TOKEN)).toEqual({
      state: { type: 'opening', streak: off, expiresAt: EXPIRES_AT, sync: { ...SYNC, asked: false } },
      effects: [STOP_TIMERS, started('deadline', 20_000), { type: 'openWire' }],
    })
    expect(runWithout(START, TOKEN, UP).effects).toEqual([
      STOP_TIMERS,
      started('deadline', 30_000),
      { type: 'subscribe' },
    ])
    expect(runWithout(...TO_SYNCING)).toEqual({
      state: { type: 'syncing', streak: off, expiresAt: EXPIRES_AT, sync: SYNC, subscribed: true },
      effects: [started('deadline', 30_000), READ],
    })
    expect(runWithout(START, TOKEN, UP, first).state.type).toBe('syncing')
  })
})
