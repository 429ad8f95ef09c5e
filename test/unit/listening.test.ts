import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { JsonObject } from '../../core/src/protocol/json.ts'
import { createDesiredView, catchUp, follow } from '../../core/src/twin/listening/desired-view.ts'
import { iterateDesired, listenToDesired } from '../../core/src/twin/listening/desired-listeners.ts'
import { callListener, createListeners, emit, endListeners, listen } from '../../core/src/twin/listening/listeners.ts'
import { onAbort } from '../../core/src/twin/listening/on-abort.ts'
import { createStateListeners, emitState, iterateStates } from '../../core/src/twin/listening/state-listeners.ts'
import { wait } from '../../core/src/twin/listening/wait.ts'
import { createSnapshot } from '../../core/src/twin/snapshot.ts'
import { registerOpenIdentity } from '../../core/src/twin/open-identities.ts'
import {
  addRefreshWait,
  type RefreshWaiter,
  type RefreshWaits,
  settleRefreshWaits,
} from '../../core/src/twin/refresh-waits.ts'
import { createFakeClock, settle } from '../session/fake-clock.ts'

describe('onAbort()', () => {
  test('has a single event listener for all calls of a signal, and removes it after the last', () => {
    const controller = new AbortController()
    const { signal } = controller
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    const [first, second] = [vi.fn(), vi.fn()]
    const offFirst = onAbort(signal, first)
    const offSecond = onAbort(signal, second)
    expect(add).toHaveBeenCalledTimes(1)
    offFirst()
    expect(remove).not.toHaveBeenCalled()
    offSecond()
    expect(remove).toHaveBeenCalledTimes(1)
    const offThird = onAbort(signal, second)
    offSecond()
    offFirst()
    expect(remove).toHaveBeenCalledTimes(1)
    controller.abort()
    offThird()
    expect([add.mock.calls.length, remove.mock.calls.length]).toEqual([2, 1])
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1])
  })

  test('calls the same function as often as it was added', () => {
    const controller = new AbortController()
    const call = vi.fn()
    onAbort(controller.signal, call)
    onAbort(controller.signal, call)
    controller.abort()
    expect(call).toHaveBeenCalledTimes(2)
  })
})

describe('wait()', () => {
  const options = (): Parameters<typeof wait>[0] & { clock: ReturnType<typeof createFakeClock> } => ({
    clock: createFakeClock(),
    unmet: 'Nothing came',
    timeoutInMs: 1000,
  })

  test('settles once, and finishes once', async () => {
    const finish = vi.fn()
    let end: { resolve(value: number): void; reject(error: unknown): void } | undefined
    const given = options()
    const waiting = wait<number>(given, (resolve, reject) => {
      end = { resolve, reject }
      return finish
    })
    end?.resolve(1)
    end?.resolve(2)
    end?.reject(new Error('late'))
    expect(await waiting).toBe(1)
    expect(finish).toHaveBeenCalledTimes(1)
    expect(given.clock.pending).toBe(0)
  })

  test('finishes when the start settles it at once, and when the start throws', async () => {
    const finish = vi.fn()
    const resolved = wait<number>(options(), (resolve) => {
      resolve(1)
      return finish
    })
    expect([await resolved, finish.mock.calls.length]).toEqual([1, 1])
    const given = options()
    const thrown = wait<number>(given, () => {
      throw new Error('no start')
    })
    await expect(thrown).rejects.toThrow('no start')
    expect(given.clock.pending).toBe(0)
  })

  test('names the deadline and the reason', async () => {
    const cause = new TwinError('ERR_UNREACHABLE', 'away')
    const given = { ...options(), cause: () => cause }
    const waiting = wait(given, () => () => {})
    const failed = expect(waiting).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      message: 'Nothing came within 1000 ms',
      cause,
    })
    await given.clock.advance(1000)
    await failed
    const plain = options()
    const bare = wait(plain, () => () => {}).catch((error: Error) => Object.hasOwn(error, 'cause'))
    await plain.clock.advance(1000)
    expect(await bare).toBe(false)
  })
})

describe('listeners', () => {
  test('the first call is deferred, and left out after a removal or the end, and without a value', async () => {
    const identity = (value: number): number => value
    const [kept, removed, undone, late] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()]
    const listeners = createListeners<number>()
    expect(listeners).toStrictEqual({ entries: undefined, current: undefined, ended: false })
    emit(listeners, 1)
    listen(listeners, kept, identity)
    listen(listeners, removed, identity)()
    listen(createListeners<number>(), undone, identity)
    expect(kept).not.toHaveBeenCalled()
    await settle()
    expect([kept.mock.calls, removed.mock.calls, undone.mock.calls]).toEqual([[[1]], [], []])
    listen(listeners, late, identity)
    emit(listeners, 2)
    await settle()
    expect([kept.mock.calls, late.mock.calls]).toEqual([[[1], [2]], [[2]]])
    listen(listeners, undone, identity)
    endListeners(listeners)
    await settle()
    expect([undone.mock.calls.length, listeners.entries?.size]).toEqual([0, 0])
  })

  test('reports an error of a listener as unhandled', async () => {
    const error = new Error('of a listener')
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    onTestFinished(() => void vi.unstubAllGlobals())
    callListener(() => {
      throw error
    }, 1)
    expect(reported.mock.calls).toEqual([[error]])
    const thrown: (() => void)[] = []
    vi.stubGlobal('reportError', undefined)
    vi.stubGlobal('setTimeout', (call: () => void) => thrown.push(call))
    callListener(() => {
      throw error
    }, 1)
    expect(thrown[0]).toThrow(error)
  })

  test('an iteration that the app leaves has no listener any more', async () => {
    const states = createStateListeners<{ readonly type: string }>({ type: 'open' })
    const { signal } = new AbortController()
    const remove = vi.spyOn(signal, 'removeEventListener')
    for await (const { type } of iterateStates(states, signal)) {
      expect([type, states.entries?.size]).toEqual(['open', 1])
      break
    }
    expect([states.entries?.size, remove.mock.calls.length]).toEqual([0, 1])
  })

  test('an iteration over states ends with the closed state', async () => {
    const states = createStateListeners<{ readonly type: string }>({ type: 'open' })
    const iteration = iterateStates(states, undefined)
    expect(await iteration.next()).toEqual({ done: false, value: { type: 'open' } })
    emitState(states, { type: 'closed' })
    expect(states.entries?.size).toBe(0)
    expect(await iteration.next()).toEqual({ done: false, value: { type: 'closed' } })
    expect(await iteration.next()).toEqual({ done: true, value: undefined })
  })
})

describe('desired listeners', () => {
  type Applied = Parameters<typeof follow>[1]
  const applied = (version: number, properties: object, desired: object): Applied =>
    ({ version, properties, section: createSnapshot(desired as JsonObject) }) as never

  test('end once, and call no listener after the end', async () => {
    const listeners = createListeners<Applied>()
    const listener = vi.fn()
    emit(listeners, applied(1, { a: 1 }, { a: 1 }))
    listenToDesired(listeners, 'a', listener)
    endListeners(listeners)
    expect(listeners.entries?.size).toBe(0)
    endListeners(listeners)
    await settle()
    expect(listener).not.toHaveBeenCalled()
  })

  test.each([
    ['a', { value: 1, patch: 1 }],
    ['', { value: { a: 1, b: 2 }, patch: { a: 1, b: 2 } }],
  ])('a new listener at "%s" gets the whole value, not the last patch', async (path, change) => {
    const listeners = createListeners<Applied>()
    const listener = vi.fn()
    emit(listeners, applied(2, { b: 2 }, { a: 1, b: 2 }))
    listenToDesired(listeners, path, listener)
    await settle()
    expect(listener.mock.calls).toMatchObject([[change]])
  })

  test('a slow consumer gets the difference, and a quick one the patch', async () => {
    const listeners = createListeners<Applied>()
    emit(listeners, applied(1, { a: { x: 1 }, b: 1 }, { a: { x: 1 }, b: 1 }))
    const changes = iterateDesired(listeners, 'a', undefined)
    expect((await changes.next()).value).toMatchObject({ version: 1, patch: { x: 1 } })
    const waiting = changes.next()
    emit(listeners, applied(2, { b: 2 }, { a: { x: 1 }, b: 2 }))
    emit(listeners, applied(3, { a: { x: 1 } }, { a: { x: 1 }, b: 2 }))
    expect((await waiting).value).toMatchObject({ version: 3, patch: { x: 1 } })
    const next = changes.next()
    await settle()
    emit(listeners, applied(4, { a: { y: 1 } }, { a: { x: 1, y: 1 } }))
    emit(listeners, applied(5, { a: { y: 2 } }, { a: { x: 1, y: 2 } }))
    emit(listeners, applied(6, { a: { y: 3 } }, { a: { x: 1, y: 3 } }))
    expect((await next).value).toMatchObject({ version: 6, patch: { y: 3 }, previous: { x: 1 } })
    endListeners(listeners)
    expect(await changes.next()).toEqual({ done: true, value: undefined })
  })

  test.each<[string, unknown, unknown, unknown]>([
    ['an object to an object', { x: 1 }, { x: 1, y: 2 }, { y: 2 }],
    ['an object to a number', { x: 1 }, 7, 7],
    ['a number to an object', 7, { x: 1 }, { x: 1 }],
    ['an array to an object', [1], { x: 1 }, { x: 1 }],
    ['an object to nothing', { x: 1 }, undefined, null],
  ])('a view that catches up from %s', (_, before, after, patch) => {
    const view = createDesiredView('a')
    const at = (value: unknown): object => (value === undefined ? {} : { a: value })
    follow(view, applied(1, at(before), at(before)))
    expect(catchUp(view, applied(9, {}, at(after)))).toStrictEqual({
      path: 'a',
      value: after,
      previous: before,
      patch,
      version: 9,
      desired: at(after),
    })
  })

  test('a view of a missing path sees no change', () => {
    const view = createDesiredView('a')
    expect(follow(view, applied(1, { b: 1 }, { b: 1 }))).toBeUndefined()
    expect(follow(view, applied(2, { a: null }, { b: 1 }))).toBeUndefined()
    expect(follow(view, applied(3, { b: 2 }, { b: 2 }))).toBeUndefined()
    expect(follow(view, applied(4, { a: 1 }, { a: 1, b: 2 }))).toMatchObject({ value: 1, previous: undefined })
  })
})

describe('the waits for a read of the twin', () => {
  test('end with the first read that started after the call, unless the caller has left', () => {
    const waits: RefreshWaits = new Map()
    const settled: string[] = []
    const waiter = (name: string): RefreshWaiter => ({ resolve: () => void settled.push(name), reject() {} })
    addRefreshWait(waits, 1, waiter('first'))
    addRefreshWait(waits, 2, waiter('second'))
    const leave = addRefreshWait(waits, 1, waiter('gone'))
    leave()
    settleRefreshWaits(waits, 1, ({ resolve }) => resolve())
    expect([settled, waits.size]).toEqual([['first'], 1])
  })
})

describe('registerOpenIdentity()', () => {
  test('calls all twins of an identity for each further one', () => {
    const calls: string[] = []
    const register = (name: string, key: string): (() => void) => registerOpenIdentity(key, () => void calls.push(name))
    const offFirst = register('first', 'hub/a')
    const offOther = register('other', 'hub/b')
    expect(calls).toEqual([])
    const offSecond = register('second', 'hub/a')
    expect(calls.splice(0)).toEqual(['first', 'second'])
    offFirst()
    const offThird = register('third', 'hub/a')
    expect(calls.splice(0)).toEqual(['second', 'third'])
    offSecond()
    offThird()
    const offFourth = register('fourth', 'hub/a')
    offThird()
    offFirst()
    const offFifth = register('fifth', 'hub/a')
    expect(calls).toEqual(['fourth', 'fifth'])
    for (const off of [offFourth, offFifth, offOther]) off()
  })
})
