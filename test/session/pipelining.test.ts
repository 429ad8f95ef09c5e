import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { settle } from './fake-clock.ts'
import { openScripted, peek } from './open-scripted.ts'
import type { ScriptedWire } from './scripted-hub.ts'

const gets = ({ sent }: ScriptedWire): string[] =>
  sent.filter(({ topic }) => topic.includes('/GET/')).map(({ rid }) => rid)
const answerTopic = (rid: string): string => `$iothub/twin/res/200/?$rid=${rid}`
const twinAt = (version: number): object => ({ desired: { at: version, $version: version }, reported: { $version: 1 } })

/** Plays a hub that closes a connection with packets before CONNACK. */
function closeEarly({ emit }: ScriptedWire): void {
  emit({ type: 'down', error: new TwinError('ERR_UNREACHABLE', 'closed'), opened: true })
}

describe('openTwin() with the first packets in one flight', () => {
  test('sends GET again when the early answer is lost, as the same request', async () => {
    const { twin, hub, clock } = await openScripted()
    hub.wire.emit({ type: 'up' })
    hub.wire.suback(200)
    await clock.advance(99)
    expect(gets(hub.wire)).toEqual(['1'])
    await clock.advance(1)
    expect(gets(hub.wire)).toEqual(['1', '1'])
    hub.wire.message(answerTopic('1'), twinAt(4))
    expect((await twin.ready()).versions.desired).toBe(4)
  })

  test('accepts a late first answer, and ignores the answer to the second GET', async () => {
    const { twin, hub, clock } = await openScripted()
    hub.wire.emit({ type: 'up' })
    hub.wire.suback(200)
    await clock.advance(100)
    hub.wire.message(answerTopic('1'), twinAt(4))
    await twin.ready()
    const refreshed = twin.refresh()
    await settle()
    hub.wire.message(answerTopic('1'), twinAt(3))
    expect(await peek(refreshed)).toBeUndefined()
    expect(twin.versions.desired).toBe(4)
    hub.wire.message(answerTopic('2'), twinAt(5))
    expect((await refreshed).versions.desired).toBe(5)
  })

  test('sends no second GET when the answer follows SUBACK', async () => {
    const { hub, clock } = await openScripted()
    hub.wire.sync({})
    await clock.advance(5000)
    expect(gets(hub.wire)).toEqual(['1'])
  })

  test('misses no change between an early document and the subscription', async () => {
    const { twin, hub } = await openScripted()
    hub.wire.emit({ type: 'up' })
    hub.wire.message(answerTopic('1'), twinAt(4))
    expect(twin.status).toEqual({ type: 'ready' })
    hub.wire.suback()
    expect(gets(hub.wire)).toEqual(['1', '2'])
    hub.wire.message(answerTopic('2'), twinAt(5))
    expect(twin.versions.desired).toBe(5)
  })

  test('answers refresh() with a document from after the call', async () => {
    const { twin, hub } = await openScripted()
    const refreshed = twin.refresh()
    hub.wire.sync({ desired: { $version: 4 } })
    expect(await peek(refreshed)).toBeUndefined()
    hub.wire.message(answerTopic('2'), twinAt(5))
    expect((await refreshed).versions.desired).toBe(5)
  })

  test('connects without early packets after a hub closed the connection, and stays without them', async () => {
    const { twin, hub, clock } = await openScripted()
    closeEarly(hub.wire)
    expect(twin.status).toMatchObject({ type: 'waiting' })
    for (const connection of [2, 3]) {
      await clock.advance(1000)
      expect(hub.wires).toHaveLength(connection)
      expect([hub.wire.subscribed, hub.wire.sent]).toEqual([[], []])
      hub.wire.emit({ type: 'up' })
      expect(hub.wire.sent).toEqual([])
      hub.wire.suback()
      hub.wire.answer(200, twinAt(connection))
      expect(twin.status).toEqual({ type: 'ready' })
      if (connection === 2) hub.wire.drop()
    }
  })

  test('leaves no request and no timer of a connection that could not start', async () => {
    const { twin, clock } = await openScripted({}, undefined, () => {
      throw new SyntaxError('no such URL')
    })
    expect(twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_UNREACHABLE' } })
    await twin.close()
    expect(clock.pending).toBe(0)
  })
})
