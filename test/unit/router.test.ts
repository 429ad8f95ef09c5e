import { describe, expect, test, vi } from 'vitest'
import type { FeatureMessage } from '../../core/src/session/features.ts'
import { createRouter, type Router, type RouterOptions } from '../../core/src/shared-device/router.ts'
import { createFakeClock } from '../session/fake-clock.ts'

type WhenGone = RouterOptions['whenGone']
type OnIdle = RouterOptions['onIdle']

/** The router of the leader `own`, which asks the other tabs about each message. */
function open(): Pick<Router, 'add' | 'dispatch'> & { whenGone: WhenGone; onIdle: OnIdle } {
  const [whenGone, onIdle] = [vi.fn<WhenGone>(() => () => {}), vi.fn<OnIdle>()]
  const router = createRouter({
    ...{ own: 'own', clock: createFakeClock(), wants: () => false, offer: () => true, deliver() {} },
    ...{ whenGone, onIdle },
  })
  return { ...router, whenGone, onIdle }
}

const CALL: FeatureMessage = { topic: 'call', payload: new Uint8Array(), text: '' }
const MESSAGE: FeatureMessage = { ...CALL, topic: 'message', packetId: 1, acknowledge() {} }

describe('The router of a leader', () => {
  test('watches another tab that has a message with QoS 1', () => {
    const { add, dispatch, whenGone } = open()
    add(MESSAGE)
    dispatch({ type: 'claimed', id: 1, tab: 'other' })
    expect(whenGone).toHaveBeenCalledExactlyOnceWith('other', expect.any(Function))
  })

  test.each([
    ['itself', MESSAGE, 'own'],
    ['a tab that has a message with QoS 0', CALL, 'other'],
    ['itself for a message with QoS 0', CALL, 'own'],
  ])('does not watch %s', (_, message, tab) => {
    const { add, dispatch, whenGone } = open()
    add(message)
    dispatch({ type: 'claimed', id: 1, tab })
    expect(whenGone).not.toHaveBeenCalled()
  })

  test('checks for idleness when a message no longer waits', () => {
    const { add, dispatch, onIdle } = open()
    add(MESSAGE)
    dispatch({ type: 'claimed', id: 1, tab: 'other' })
    expect(onIdle).not.toHaveBeenCalled()
    dispatch({ type: 'reset' })
    expect(onIdle).toHaveBeenCalledOnce()
  })
})
