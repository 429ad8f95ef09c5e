import { describe, expect, test } from 'vitest'
import type { WakeSource } from '../../core/src/session/wake-source.ts'
import { settle } from './fake-clock.ts'
import { openReadyDevice } from './open-scripted-device.ts'
import { openReady } from './open-scripted.ts'
import type { ScriptedHub } from './scripted-hub.ts'

function createSource(): { source: WakeSource; emit: (event: 'wake' | 'sleep') => void; offs: () => number } {
  let listener = (_event: 'wake' | 'sleep'): void => {}
  let offs = 0
  return {
    source: (given) => {
      listener = given
      return () => void offs++
    },
    emit: (event) => listener(event),
    offs: () => offs,
  }
}

interface Opened {
  readonly hub: ScriptedHub
  readonly status: () => string
  readonly close: () => Promise<void>
}

describe.each<[string, (wakeSource: WakeSource) => Promise<Opened>]>([
  [
    'A twin',
    async (wakeSource) => {
      const { twin, hub } = await openReady({}, { wakeSource })
      return { hub, status: () => twin.status.type, close: () => twin.close() }
    },
  ],
  [
    'A device',
    async (wakeSource) => {
      const { device, hub } = await openReadyDevice({}, { wakeSource })
      return { hub, status: () => device.status.type, close: () => device.close() }
    },
  ],
])('%s', (_, open) => {
  test('follows its wake source until it closes', async () => {
    const { source, emit, offs } = createSource()
    const { hub, status, close } = await open(source)
    emit('sleep')
    expect([status(), hub.wire.closed, offs()]).toEqual(['waiting', true, 0])
    emit('wake')
    await settle()
    expect(offs()).toBe(0)
    await close()
    expect([status(), offs()]).toEqual(['closed', 1])
  })
})

test('close() of a device rejects a deadline that is not a count', async () => {
  const { device } = await openReadyDevice({})
  await expect(device.close({ timeoutInMs: -1 })).rejects.toThrow(/^timeoutInMs is -1; a whole number from 0/)
})

test('a document that is older than a confirmed report does not replace the reported properties of a device', async () => {
  const { device, hub } = await openReadyDevice({})
  const report = device.twin.report({ a: 1 })
  await settle()
  hub.wire.answer(204, '', 2)
  expect(await report).toBe(2)
  const refresh = device.twin.refresh()
  hub.wire.answer(200, { desired: { $version: 1 }, reported: { $version: 1 } })
  expect(await refresh).toMatchObject({ reported: { a: 1 }, versions: { reported: 2 } })
})
