import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { SessionInput } from '../../core/src/protocol/machine-states.ts'
import {
  document,
  failedSync,
  patch,
  run,
  runWithout,
  subscribed,
  timer,
  token,
  toReady,
  toSyncing,
  unreachable,
} from './machine-events.ts'
import {
  start,
  up,
  stopTimers,
  started,
  streak,
  sync,
  expiresAt,
  ready,
  read,
  ending,
  first,
  toEarly,
} from './machine-steps.ts'

describe('next() from step to step', () => {
  test.each<[string, readonly SessionInput[], object, readonly object[]]>([
    [
      'a start asks for a token',
      [start],
      { type: 'authorizing', streak },
      [stopTimers, started('deadline', 20_000), { type: 'askToken' }],
    ],
    [
      'a token opens a connection and sends the first packets',
      [start, token],
      { type: 'opening', streak, expiresAt, sync },
      [stopTimers, started('deadline', 20_000), { type: 'openWire' }, { type: 'subscribe' }, read],
    ],
    [
      'CONNACK starts the wait for SUBACK',
      [start, token, up],
      { type: 'syncing', streak, expiresAt, sync, subscribed: false },
      [stopTimers, started('deadline', 30_000)],
    ],
    [
      'SUBACK starts the wait for the document',
      toSyncing,
      { type: 'syncing', streak, expiresAt, sync, subscribed: true },
      [started('repeat', 200)],
    ],
    [
      'the document makes the session ready',
      toReady,
      ready,
      [
        stopTimers,
        started('uptime', 30_000),
        started('renew', 600_000),
        { type: 'stopTimer', timer: 'deadline' },
        { type: 'document', document: document(5) },
      ],
    ],
    [
      'a document before SUBACK makes the session ready, with a deadline for SUBACK',
      toEarly,
      { ...ready, subscribed: false },
      [
        stopTimers,
        started('uptime', 30_000),
        started('renew', 600_000),
        started('deadline', 30_000),
        { type: 'document', document: document(5) },
      ],
    ],
    [
      'a gap holds the patch and reads the twin',
      [...toReady, patch(8)],
      { ...ready, sync: { ...sync, held: [{ version: 8, properties: { at: 8 } }] } },
      [started('deadline', 30_000), read],
    ],
    [
      'a second gap during the GET holds that patch too',
      [...toReady, patch(8), patch(9)],
      {
        ...ready,
        sync: {
          ...sync,
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
      { ...ready, sync: { ...sync, again: true } },
      [],
    ],
    [
      'a lost patch during the GET asks for another, once and for all',
      [...toReady, { type: 'refresh' }, { type: 'desiredPatchLost' }, { type: 'refresh' }],
      { ...ready, sync: { ...sync, again: true } },
      [],
    ],
    [
      'a refresh during the wait for another GET asks for none',
      [...toReady, patch(8), failedSync('ERR_HUB'), { type: 'refresh' }],
      { ...ready, sync: { ...sync, asked: false, held: [{ version: 8, properties: { at: 8 } }], rounds: 1 } },
      [],
    ],
    [
      'a failed GET is repeated later',
      [...toReady, { type: 'refresh' }, failedSync('ERR_THROTTLED')],
      { ...ready, sync: { ...sync, asked: false, rounds: 1 } },
      [
        expect.objectContaining({ type: 'syncFailed' }),
        { type: 'stopTimer', timer: 'deadline' },
        started('retry', 500),
      ],
    ],
    [
      'the repeated GET keeps its round',
      [...toReady, { type: 'refresh' }, failedSync('ERR_THROTTLED'), timer('retry')],
      { ...ready, sync: { ...sync, rounds: 1 } },
      [started('deadline', 30_000), read],
    ],
    [
      'a document that leaves a gap starts the next round',
      [...toReady, patch(8), { type: 'document', document: document(6) }],
      { ...ready, have: 6, sync: { ...sync, held: [{ version: 8, properties: { at: 8 } }], rounds: 1 } },
      [
        { type: 'stopTimer', timer: 'deadline' },
        { type: 'document', document: document(6) },
        started('deadline', 30_000),
        read,
      ],
    ],
    [
      'a document after which a refresh waits starts a first round',
      [...toReady, patch(8), { type: 'refresh' }, { type: 'document', document: document(8) }],
      { ...ready, have: 8, sync },
      [
        { type: 'stopTimer', timer: 'deadline' },
        { type: 'document', document: document(8) },
        started('deadline', 30_000),
        read,
      ],
    ],
    [
      'the uptime forgives earlier failures',
      [start, token, unreachable, timer('retry'), token, up, subscribed, first, timer('uptime')],
      ready,
      [],
    ],
    [
      'a sleep ends the connection until the next wake',
      [...toReady, { type: 'sleep' }],
      {
        type: 'waiting',
        streak,
        error: new TwinError('ERR_INTERRUPTED', 'Connection was put to sleep'),
        retryInMs: 60_000,
        woken: false,
      },
      ending(60_000),
    ],
    [
      'a wake probes a silent hub',
      [...toReady, { type: 'wake', silentForInMs: 5000 }],
      { ...ready, sync },
      [started('deadline', 5000), read],
    ],
    [
      'a wake during a GET shortens its deadline',
      [...toReady, { type: 'refresh' }, { type: 'wake', silentForInMs: 5000 }],
      { ...ready, sync },
      [started('deadline', 5000)],
    ],
    [
      'a wake between two GETs changes nothing',
      [...toReady, { type: 'refresh' }, failedSync('ERR_HUB'), { type: 'wake', silentForInMs: 5000 }],
      { ...ready, sync: { ...sync, asked: false, rounds: 1 } },
      [],
    ],
    ['the second SUBACK changes nothing', [...toReady, subscribed], ready, []],
    [
      'a second SUBACK before the document changes nothing',
      [...toSyncing, subscribed],
      { type: 'syncing', streak, expiresAt, sync, subscribed: true },
      [],
    ],
    [
      'SUBACK after the document reads the twin again',
      [...toEarly, subscribed],
      { ...ready, sync },
      [started('deadline', 30_000), read],
    ],
    ['a close ends everything', [...toReady, { type: 'close' }], { type: 'closed' }, ending(0).slice(0, 3)],
  ])('%s', (_, inputs, state, effects) => {
    const outcome = run(...inputs)
    expect(outcome.state).toEqual(state)
    expect(Object.keys(outcome.state).sort()).toEqual(Object.keys(state).sort())
    expect(outcome.effects).toEqual(effects)
  })

  test('without pipelining, each step waits for the one before', () => {
    const off = { ...streak, pipelining: 'off' }
    expect(runWithout(start, token)).toEqual({
      state: { type: 'opening', streak: off, expiresAt, sync: { ...sync, asked: false } },
      effects: [stopTimers, started('deadline', 20_000), { type: 'openWire' }],
    })
    expect(runWithout(start, token, up).effects).toEqual([
      stopTimers,
      started('deadline', 30_000),
      { type: 'subscribe' },
    ])
    expect(runWithout(...toSyncing)).toEqual({
      state: { type: 'syncing', streak: off, expiresAt, sync, subscribed: true },
      effects: [started('deadline', 30_000), read],
    })
    expect(runWithout(start, token, up, first).state.type).toBe('syncing')
  })
})
