import { describe, expect, test } from 'vitest'
import { settle } from './fake-clock.ts'
import { openReady } from './open-scripted.ts'

describe('A twin', () => {
  test('has methods that an app may pass on without the twin', async () => {
    const { twin, hub } = await openReady({ desired: { $version: 1, a: 1 }, reported: { $version: 1 } })
    const { ready, onDesired, onStatus, onReported, report, close } = twin
    const heard: unknown[] = []
    onDesired('a', ({ value }) => heard.push(value))
    onStatus(({ type }) => heard.push(type))
    onReported(({ version }) => heard.push(version))
    const version = report({ b: 1 })
    await settle()
    hub.wire.answer(204, '', 2)
    expect(await version).toBe(2)
    expect((await ready()).reported).toEqual({ b: 1 })
    await close()
    expect(heard).toEqual([1, 'ready', 1, 2, 'closed'])
  })

  test('is frozen, and shows its present values', async () => {
    const { twin, hub } = await openReady({ desired: { $version: 1, a: 1 }, reported: { $version: 1 } })
    expect(Object.isFrozen(twin)).toBe(true)
    expect(() => Object.assign(twin, { desired: {} })).toThrow(TypeError)
    hub.wire.message('$iothub/twin/PATCH/properties/desired/?$version=2', { $version: 2, a: 2 })
    await settle()
    expect([twin.desired, twin.versions, twin.status]).toEqual([
      { a: 2 },
      { desired: 2, reported: 1 },
      { type: 'ready' },
    ])
  })
})
