import { describe, expect, test, vi } from 'vitest'
import type { DesiredChange } from '../../core/src/twin/changes.ts'
import { settle } from './fake-clock.ts'
import { openReady, openScripted, peek } from './open-scripted.ts'
import type { ScriptedWire } from './scripted-hub.ts'

function notify(wire: ScriptedWire, version: number, patch: object): void {
  wire.message(`$iothub/twin/PATCH/properties/desired/?$version=${version}`, { ...patch, $version: version })
}
const brief = ({ value, previous, patch, version }: DesiredChange): unknown[] => [version, previous, value, patch]

describe('onDesired()', () => {
  test.each([false, 0, '', [], { on: false }])(
    'calls with the current value %j once, and only the new listener',
    async (value) => {
      const { twin } = await openReady({ desired: { a: value, $version: 3 } })
      const first = vi.fn()
      const second = vi.fn()
      twin.onDesired('a', first)
      await settle()
      twin.onDesired('a', second)
      await settle()
      for (const listener of [first, second]) {
        expect(listener.mock.calls).toEqual([
          [{ path: 'a', value, previous: undefined, patch: value, version: 3, desired: { a: value } }],
        ])
      }
    },
  )

  test('does not call the listener before it returns', async () => {
    const { twin } = await openReady({ desired: { a: 1, $version: 3 } })
    const listener = vi.fn()
    const off = twin.onDesired('a', listener)
    expect(listener).not.toHaveBeenCalled()
    off()
    await settle()
    expect(listener).not.toHaveBeenCalled()
  })

  test('distinguishes additions, updates and removals at its path', async () => {
    const { twin, hub } = await openReady({ desired: { other: 1, $version: 1 } })
    const seen: unknown[] = []
    twin.onDesired('climate.hvac', (change) => seen.push(brief(change)))
    await settle()
    notify(hub.wire, 2, { climate: { min: 1 } })
    notify(hub.wire, 3, { climate: { hvac: { fan: true } } })
    notify(hub.wire, 4, { climate: { hvac: { fan: false, mode: 'x' } } })
    notify(hub.wire, 5, { climate: { hvac: { fan: false } } })
    notify(hub.wire, 6, { other: 2 })
    notify(hub.wire, 7, { climate: null })
    notify(hub.wire, 8, { climate: null })
    expect(seen).toEqual([
      [3, undefined, { fan: true }, { fan: true }],
      [4, { fan: true }, { fan: false, mode: 'x' }, { fan: false, mode: 'x' }],
      [5, { fan: false, mode: 'x' }, { fan: false, mode: 'x' }, { fan: false }],
      [7, { fan: false, mode: 'x' }, undefined, null],
    ])
  })

  test('calls a listener of the root for every version', async () => {
    const { twin, hub } = await openReady()
    const versions: number[] = []
    twin.onDesired(({ version }) => versions.push(version))
    await settle()
    notify(hub.wire, 2, { a: 1 })
    notify(hub.wire, 3, {})
    expect(versions).toEqual([1, 2, 3])
  })

  test('calls with the difference after a lost connection, and only if there is a difference', async () => {
    const { twin, hub, clock } = await openReady({ desired: { a: { x: 1, y: 1 }, b: 1, $version: 1 } })
    const a: unknown[] = []
    const b: unknown[] = []
    twin.onDesired('a', (change) => a.push(brief(change)))
    twin.onDesired('b', (change) => b.push(brief(change)))
    await settle()
    hub.wire.drop()
    await clock.advance(1000)
    hub.wire.sync({ desired: { a: { x: 1, z: 2 }, b: 1, $version: 6 } })
    expect(a.at(-1)).toEqual([6, { x: 1, y: 1 }, { x: 1, z: 2 }, { y: null, z: 2 }])
    expect(a.length).toBe(2)
    expect(b.length).toBe(1)
    expect(twin.versions.desired).toBe(6)
  })

  test('reports an error of a listener as unhandled, and calls the other listeners', async () => {
    const { twin, hub } = await openReady()
    const surfaced: unknown[] = []
    vi.stubGlobal('reportError', (error: unknown) => surfaced.push(error))
    const listener = vi.fn()
    const bug = new Error('a bug of the app')
    twin.onDesired('a', () => {
      throw bug
    })
    twin.onDesired('a', listener)
    await settle()
    notify(hub.wire, 2, { a: 1 })
    vi.unstubAllGlobals()
    expect(surfaced).toEqual([bug])
    expect(listener).toHaveBeenCalledTimes(1)
    expect(twin.status.type).toBe('ready')
  })

  test('supports adding and removing listeners during a call', async () => {
    const { twin, hub } = await openReady({ desired: { a: 0, $version: 1 } })
    const late = vi.fn()
    const never = vi.fn()
    twin.onDesired('a', ({ value }) => {
      if (value !== 1) return
      offNever()
      twin.onDesired('a', late)
    })
    const offNever = twin.onDesired('a', never)
    await settle()
    notify(hub.wire, 2, { a: 1 })
    await settle()
    expect(never).toHaveBeenCalledTimes(1)
    expect(late.mock.calls.map(([change]) => brief(change as DesiredChange))).toEqual([[2, undefined, 1, 1]])
  })

  test('accepts the same function twice', async () => {
    const { twin } = await openReady()
    const listener = vi.fn()
    twin.onDesired(listener)
    twin.onDesired(listener)()
    await settle()
    expect(listener).toHaveBeenCalledTimes(1)
  })

  test.each([
    ['a..b', () => {}, SyntaxError],
    ['a', undefined, TypeError],
    [7, () => {}, TypeError],
  ])('rejects (%j, %o)', async (path, listener, errorClass) => {
    const { twin } = await openReady()
    expect(() => twin.onDesired(path as string, listener as () => void)).toThrow(errorClass)
  })
})

describe('changes()', () => {
  test('gives a slow consumer a single change for several versions', async () => {
    const { twin, hub } = await openReady({ desired: { a: { x: 1 }, $version: 1 } })
    const changes = twin.changes({ path: 'a' })
    const first = await changes.next()
    notify(hub.wire, 2, { a: { x: 2 } })
    notify(hub.wire, 3, { b: 1 })
    notify(hub.wire, 4, { a: { y: 1 } })
    notify(hub.wire, 5, { a: { x: null } })
    const second = await changes.next()
    notify(hub.wire, 6, { a: { y: 1 } })
    const third = await changes.next()
    expect([first, second, third].map(({ value }) => brief(value as DesiredChange))).toEqual([
      [1, undefined, { x: 1 }, { x: 1 }],
      [5, { x: 1 }, { y: 1 }, { x: null, y: 1 }],
      [6, { y: 1 }, { y: 1 }, { y: 1 }],
    ])
    const fourth = changes.next()
    notify(hub.wire, 7, { b: 2 })
    expect(await peek(fourth)).toBeUndefined()
    await twin.close()
    expect(await fourth).toEqual({ done: true, value: undefined })
  })

  test('waits for the first document', async () => {
    const { twin, hub } = await openScripted()
    const first = twin.changes().next()
    expect(await peek(first)).toBeUndefined()
    hub.wire.sync({ desired: { a: 1, $version: 4 } })
    expect((await first).value).toMatchObject({ version: 4, value: { a: 1 } })
  })

  test('ends with the signal’s reason, and when the consumer leaves the loop', async () => {
    const { twin } = await openReady()
    const control = new AbortController()
    const changes = twin.changes({ signal: control.signal })
    await changes.next()
    const waiting = changes.next()
    control.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    for await (const change of twin.changes()) {
      expect(change.version).toBe(1)
      break
    }
  })

  test('rejects an invalid path at once', async () => {
    const { twin } = await openReady()
    expect(() => twin.changes({ path: 'a.' })).toThrow(SyntaxError)
  })
})

describe('statuses()', () => {
  test('gives the current status, then each later status, and ends with closed', async () => {
    const { twin, hub, clock } = await openScripted()
    const seen: string[] = []
    const all = (async () => {
      for await (const status of twin.statuses()) seen.push(status.type)
    })()
    await settle()
    hub.wire.sync({})
    await settle()
    hub.wire.drop()
    await settle()
    await clock.advance(1000)
    await twin.close()
    await all
    expect(seen).toEqual(['connecting', 'ready', 'waiting', 'connecting', 'closed'])
  })

  test('calls listeners with the attempt and the reason', async () => {
    const { twin, hub, clock } = await openScripted()
    const seen: unknown[] = []
    twin.onStatus((status) => seen.push(status))
    await settle()
    hub.wire.drop()
    await clock.advance(1000)
    expect(seen).toMatchObject([
      { type: 'connecting', attempt: 1 },
      { type: 'waiting', retryInMs: 500, error: { code: 'ERR_INTERRUPTED' } },
      { type: 'connecting', attempt: 2 },
    ])
  })
})
