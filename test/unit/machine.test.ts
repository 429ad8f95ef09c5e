import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { next } from '../../core/src/protocol/machine.ts'
import { type Effect, type Happening, type SessionState, statusOf } from '../../core/src/protocol/machine-states.ts'
import {
  document,
  failedSync,
  hour,
  lost,
  now,
  patch,
  settings,
  timer,
  token,
  types,
  unreachable,
} from './machine-events.ts'

/** Runs happenings from the beginning; the effects are those of the last one. */
function run(...happenings: readonly (Happening & { now?: number })[]): {
  state: SessionState
  effects: readonly Effect[]
} {
  let state: SessionState = { type: 'idle' }
  let effects: readonly Effect[] = []
  for (const happening of happenings) {
    ;[state, effects] = next(state, { now, random: 0.5, ...happening }, settings)
  }
  return { state, effects }
}
const toSyncing: readonly Happening[] = [{ type: 'start' }, token, { type: 'up' }, { type: 'subscribed' }]
const toReady: readonly Happening[] = [...toSyncing, { type: 'document', document: document(5) }]

function delivered(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.type === 'deliverDocument') return [`document ${effect.document.versions.desired}`]
    return effect.type === 'deliverPatch' ? [`patch ${effect.patch.version}`] : []
  })
}

describe('next() on the way to ready', () => {
  test('asks for a token, connects, subscribes, and only then reads the twin', () => {
    const order = toReady.map((_, index) => types(run(...toReady.slice(0, index + 1)).effects))
    expect(order).toEqual([
      ['stopTimers', 'startTimer', 'askToken'],
      ['stopTimers', 'startTimer', 'openWire'],
      ['stopTimers', 'startTimer', 'subscribe'],
      ['startTimer', 'get'],
      ['stopTimers', 'startTimer', 'startTimer', 'stopTimer', 'deliverDocument'],
    ])
  })

  test('holds what arrives before the document and delivers what is newer, in order', () => {
    const { state, effects } = run(...toSyncing, patch(4), patch(5), patch(6), patch(7), {
      type: 'document',
      document: document(5),
    })
    expect(delivered(effects)).toEqual(['document 5', 'patch 6', 'patch 7'])
    expect(state).toMatchObject({ type: 'ready', have: 7 })
  })

  test('reads again when what was held has a gap', () => {
    const before = [...toSyncing, patch(8), { type: 'document', document: document(5) } as const]
    expect(types(run(...before).effects)).toContain('get')
    const { state, effects } = run(...before, { type: 'document', document: document(7) })
    expect(delivered(effects)).toEqual(['document 7', 'patch 8'])
    expect(state).toMatchObject({ type: 'ready', have: 8 })
    expect(state).not.toHaveProperty('sync')
  })

  test('gives up a hub whose notifications never fit its document', () => {
    const misfits = Array.from({ length: 5 }, (): Happening => ({ type: 'document', document: document(5) }))
    const { state } = run(...toSyncing, patch(80), ...misfits)
    expect(state).toMatchObject({ type: 'waiting', error: { code: 'ERR_PROTOCOL' } })
  })

  test('holds no more than it should of a flood, and reads again instead', () => {
    const flood = Array.from({ length: 1000 }, (_, index) => patch(1000 - index))
    const { state, effects } = run(...toSyncing, ...flood, { type: 'document', document: document(1000) })
    expect(types(effects)).toContain('get')
    expect(state).toMatchObject({ type: 'ready', have: 1000 })
  })
})

describe('next() when ready', () => {
  test.each([
    ['delivers the next version', [patch(6)], ['patch 6']],
    ['ignores a version that it has', [patch(5)], []],
    ['ignores an older version', [patch(2)], []],
    ['ignores the same notification the second time', [patch(6), patch(6)], []],
  ])('%s', (_, happenings, expected) => {
    const { state, effects } = run(...toReady, ...happenings)
    expect(delivered(effects)).toEqual(expected)
    expect(types(effects)).not.toContain('get')
    expect(state.type).toBe('ready')
  })

  test.each<[string, Happening]>([
    ['a gap', patch(8)],
    ['a notification that makes no sense', { type: 'notificationLost' }],
    ['an app that asks', { type: 'refresh' }],
  ])('reads the twin on the same connection after %s, and stays ready', (_, happening) => {
    const { state, effects } = run(...toReady, happening)
    expect(types(effects)).toEqual(['startTimer', 'get'])
    expect(statusOf(state)).toEqual({ type: 'ready' })
  })

  test('reads once more for an app that asks while the twin is being read', () => {
    const { effects } = run(
      ...toReady,
      { type: 'refresh' },
      { type: 'refresh' },
      { type: 'document', document: document(6) },
    )
    expect(delivered(effects)).toEqual(['document 6'])
    expect(types(effects)).toContain('get')
  })

  test('takes a document that counts from the beginning: the device was made anew', () => {
    const { state } = run(...toReady, { type: 'refresh' }, { type: 'document', document: document(1) })
    expect(state).toMatchObject({ type: 'ready', have: 1 })
  })

  test.each(['ERR_THROTTLED', 'ERR_HUB'] as const)('asks again later on the same connection after %s', (code) => {
    const { state, effects } = run(...toReady, patch(8), failedSync(code))
    expect(types(effects)).toEqual(['syncFailed', 'stopTimer', 'startTimer'])
    expect(state.type).toBe('ready')
    expect(types(run(...toReady, patch(8), failedSync(code), timer('retry')).effects)).toContain('get')
  })

  test('connects anew after an answer that makes no sense', () => {
    const { state } = run(...toReady, patch(8), failedSync('ERR_PROTOCOL'))
    expect(state).toMatchObject({ type: 'waiting', error: { code: 'ERR_PROTOCOL' } })
  })

  test('connects anew when the twin can’t be read in time', () => {
    const { state } = run(...toReady, { type: 'refresh' }, timer('deadline'))
    expect(state).toMatchObject({ type: 'waiting', error: { code: 'ERR_TIMEOUT' } })
  })
})

describe('next() renews the token', () => {
  const due = { now: now + 45 * 60_000 }
  const fresh: Happening = { type: 'token', expiresAt: now + 2 * hour }

  test('when the clock says so, and not when a timer fires early', () => {
    expect(types(run(...toReady, timer('renew')).effects)).toEqual(['startTimer'])
    expect(types(run(...toReady, { ...timer('renew'), ...due }).effects)).toContain('askToken')
  })

  test.each<[string, Happening]>([
    ['a notification', patch(6)],
    ['a wake', { type: 'wake', silentForInMs: 0 }],
    ['any timer', timer('uptime')],
  ])('when %s shows that it is due: a timer stands still while a machine sleeps', (_, happening) => {
    expect(types(run(...toReady, { ...happening, ...due }).effects)).toContain('askToken')
  })

  test('once, whatever happens meanwhile', () => {
    const { effects } = run(...toReady, { ...patch(6), ...due }, { ...patch(7), ...due }, { ...timer('renew'), ...due })
    expect(types(effects)).not.toContain('askToken')
  })

  test('by letting what is under way finish, closing, and connecting with the new token', () => {
    const draining = [...toReady, { ...timer('renew'), ...due }, { ...fresh, ...due }]
    expect(types(run(...draining).effects)).toEqual(['startTimer', 'drain'])
    expect(statusOf(run(...draining).state)).toEqual({ type: 'ready' })
    expect(delivered(run(...draining, patch(6)).effects)).toEqual(['patch 6'])
    for (const end of [{ type: 'drained' } as const, timer('renew')]) {
      const { state, effects } = run(...draining, end)
      expect(types(effects)).toEqual(['closeWire', 'stopTimers', 'startTimer', 'openWire'])
      expect(state).toMatchObject({ type: 'opening', expiresAt: now + 2 * hour })
    }
  })

  test.each<[string, Happening]>([
    ['the source fails', { type: 'tokenFailed', error: new TwinError('ERR_TOKEN', 'no') }],
    ['the source gives the same token again', token],
  ])('later when %s, while the old one goes on working, and says so', (_, happening) => {
    const { state, effects } = run(...toReady, { ...timer('renew'), ...due }, { ...happening, ...due })
    expect(statusOf(state)).toMatchObject({ type: 'ready', error: { code: 'ERR_TOKEN' } })
    expect(effects).toEqual([{ type: 'startTimer', timer: 'renew', delayInMs: 45_000 }])
    const soon = { now: due.now + 44_000 }
    const after = [...toReady, { ...timer('renew'), ...due }, { ...happening, ...due }]
    expect(types(run(...after, { ...patch(6), ...soon }).effects)).not.toContain('askToken')
    expect(types(run(...after, { ...timer('renew'), now: due.now + 45_000 }).effects)).toContain('askToken')
  })

  test('while a notification is missing as well', () => {
    const { effects } = run(...toReady, patch(8), { ...timer('renew'), ...due })
    expect(types(effects)).toContain('askToken')
  })

  test('neither in a storm nor too late when the clock jumps', () => {
    const ahead = { now: now + 7 * 24 * hour }
    const jumped = [...toReady, { ...patch(6), ...ahead }]
    expect(types(run(...jumped).effects)).toContain('askToken')
    const again: readonly Happening[] = [{ type: 'drained' }, { type: 'up' }, { type: 'subscribed' }]
    const { state } = run(
      ...jumped,
      { type: 'token', expiresAt: ahead.now + hour },
      ...again.map((happening) => ({ ...happening, ...ahead })),
      { type: 'document', document: document(6), ...ahead },
    )
    expect(state).toMatchObject({ type: 'ready', renewAt: ahead.now + 45 * 60_000 })
  })
})

describe('next() wakes and sleeps', () => {
  const wake = (silentForInMs: number): Happening => ({ type: 'wake', silentForInMs })

  test('asks a hub that was long silent whether it is there, with a short deadline', () => {
    const { effects } = run(...toReady, wake(60_000))
    expect(effects).toEqual([{ type: 'startTimer', timer: 'deadline', delayInMs: 5000 }, { type: 'get' }])
    expect(run(...toReady, wake(60_000), timer('deadline')).state).toMatchObject({ type: 'waiting' })
    expect(run(...toReady, wake(4000)).effects).toEqual([])
  })

  test('shortens the deadline of a GET that is under way', () => {
    const { effects } = run(...toReady, { type: 'refresh' }, wake(60_000))
    expect(effects).toEqual([{ type: 'startTimer', timer: 'deadline', delayInMs: 5000 }])
  })

  test('cuts a wait short, once, and with jitter', () => {
    const waiting: readonly Happening[] = [
      ...Array.from({ length: 6 }, () => [token, unreachable, timer('retry')]).flat(),
      token,
      unreachable,
    ]
    const { effects } = run({ type: 'start' }, ...waiting, wake(0))
    expect(effects).toEqual([{ type: 'startTimer', timer: 'retry', delayInMs: 500 }])
    expect(run({ type: 'start' }, ...waiting, wake(0), wake(0)).effects).toEqual([])
  })

  test('leaves one who was replaced waiting', () => {
    const life: readonly Happening[] = [
      token,
      { type: 'up' },
      { type: 'subscribed' },
      { type: 'document', document: document(1) },
      lost,
    ]
    const { state, effects } = run(
      { type: 'start' },
      ...life,
      timer('retry'),
      ...life,
      timer('retry'),
      ...life,
      wake(0),
    )
    expect(state).toMatchObject({ error: { code: 'ERR_REPLACED' } })
    expect(effects).toEqual([])
  })

  test('gives up its connection while the page is put away, and comes back with the page', () => {
    const { state, effects } = run(...toReady, { type: 'sleep' })
    expect(types(effects)).toContain('closeWire')
    expect(statusOf(state)).toMatchObject({ type: 'waiting', error: { code: 'ERR_INTERRUPTED' } })
    expect(run(...toReady, { type: 'sleep' }, wake(0), timer('retry')).state.type).toBe('authorizing')
  })
})

describe('next() after a failure', () => {
  const failOnce: readonly Happening[] = [token, unreachable]

  test('waits longer each time, up to the cap', () => {
    const delays = [1, 2, 3, 8].map((times) => {
      const rounds = Array.from({ length: times }, () => [...failOnce, timer('retry')]).flat()
      const { state } = run({ type: 'start' }, ...rounds.slice(0, -1))
      return state.type === 'waiting' ? state.retryInMs : undefined
    })
    expect(delays).toEqual([500, 1000, 2000, 30_000])
  })

  test('counts a short connection as a failure, and forgets failures after the minimum uptime', () => {
    const again = [...failOnce, timer('retry'), token, { type: 'up' }, { type: 'subscribed' }] as const
    const ready: readonly Happening[] = [{ type: 'start' }, ...again, { type: 'document', document: document(1) }]
    expect(run(...ready, lost).state).toMatchObject({ type: 'waiting', streak: { failures: 2 } })
    expect(run(...ready, timer('uptime'), lost).state).toMatchObject({ type: 'waiting', streak: { failures: 1 } })
  })

  test('takes a first refusal for a stale token and a second for a wrong key', () => {
    const refused: Happening = { type: 'refused', code: 5 }
    const once = run({ type: 'start' }, token, refused)
    expect(types(once.effects)[0]).toBe('invalidateToken')
    expect(once.state).toMatchObject({ type: 'waiting', error: { code: 'ERR_REFUSED' } })
    const twice = run({ type: 'start' }, token, refused, timer('retry'), token, refused)
    expect(twice.state).toMatchObject({ type: 'waiting', error: { code: 'ERR_UNAUTHORIZED' } })
    const unlinked = run(
      { type: 'start' },
      token,
      refused,
      timer('retry'),
      token,
      { type: 'up' },
      lost,
      timer('retry'),
      token,
      refused,
    )
    expect(unlinked.state).toMatchObject({ type: 'waiting', error: { code: 'ERR_REFUSED' } })
  })

  test('takes connections that are lost as soon as they are ready for a take-over, and slows down', () => {
    const life: readonly Happening[] = [
      token,
      { type: 'up' },
      { type: 'subscribed' },
      { type: 'document', document: document(1) },
    ]
    const again: readonly Happening[] = [...life, lost, timer('retry')]
    const { state } = run({ type: 'start' }, ...again, ...again, ...life, lost)
    expect(state).toMatchObject({ type: 'waiting', error: { code: 'ERR_REPLACED' }, retryInMs: 45_000 })
    const lasting = run({ type: 'start' }, ...again, ...again, ...life, timer('uptime'), lost)
    expect(lasting.state).toMatchObject({ type: 'waiting', error: { code: 'ERR_INTERRUPTED' } })
  })

  test.each<[string, readonly Happening[], string]>([
    ['a source of tokens that gives none', [{ type: 'start' }], 'ERR_TOKEN'],
    ['a hub that does not answer CONNECT', [{ type: 'start' }, token], 'ERR_TIMEOUT'],
    ['a hub that does not answer SUBSCRIBE', [{ type: 'start' }, token, { type: 'up' }], 'ERR_TIMEOUT'],
    ['a hub that does not answer GET', toSyncing, 'ERR_TIMEOUT'],
  ])('has a deadline for %s', (_, happenings, code) => {
    const { state, effects } = run(...happenings, timer('deadline'))
    expect(state).toMatchObject({ type: 'waiting', error: { code } })
    expect(types(effects)).toEqual(['cancelToken', 'closeWire', 'stopTimers', 'startTimer'])
  })

  test('ends for good only when the source of tokens says so', () => {
    const final = new TwinError('ERR_TOKEN', 'revoked', { retriable: false })
    const { state } = run({ type: 'start' }, { type: 'tokenFailed', error: final })
    expect(statusOf(state)).toEqual({ type: 'closed', error: final })
  })
})
