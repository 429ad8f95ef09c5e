import { describe, expect, type Mock, test, vi } from 'vitest'
import { createMeeting, type Meeting } from '../../../core/src/shared-device/meeting.ts'
import type { DeviceMessage } from '../../../core/src/shared-device/device-messages.ts'
import type { NoTabs, Tabs } from '../../../core/src/tabs/tabs.ts'
import { settle } from '../fake-clock.ts'
import { createFakeBrowser } from './fake-tabs.ts'

interface Met {
  readonly meeting: Meeting
  readonly received: DeviceMessage[]
  readonly onPresent: Mock<() => void>
}

function meet(tabs: Tabs | NoTabs, tab: string, name = 'device'): Met {
  const received: DeviceMessage[] = []
  const onPresent = vi.fn<() => void>()
  const onMessage = (message: DeviceMessage): void => void received.push(message)
  return { meeting: createMeeting(tabs, name, tab, { onMessage, onPresent }), received, onPresent }
}

const stateOf = ({ isPresent, isOpen }: Meeting): object => ({ isPresent, isOpen })

describe('A tab in a meeting', () => {
  test('is present with its lock, until it leaves', async () => {
    const { meeting, onPresent } = meet(createFakeBrowser().newTab(), 'a')
    expect(stateOf(meeting)).toEqual({ isPresent: false, isOpen: false })
    meeting.enter()
    expect(stateOf(meeting)).toEqual({ isPresent: false, isOpen: true })
    expect(onPresent).not.toHaveBeenCalled()
    await settle()
    expect(stateOf(meeting)).toEqual({ isPresent: true, isOpen: true })
    expect(onPresent).toHaveBeenCalledOnce()
    meeting.leave()
    expect(stateOf(meeting)).toEqual({ isPresent: false, isOpen: false })
  })

  test('is not present when it leaves while its lock arrives, and frees the lock', async () => {
    const browser = createFakeBrowser()
    const { meeting, onPresent } = meet(browser.newTab(), 'a')
    meeting.enter()
    // The lock is there, and its callback follows.
    await Promise.resolve()
    meeting.leave()
    await settle()
    expect([stateOf(meeting), onPresent.mock.calls]).toEqual([{ isPresent: false, isOpen: false }, []])
    const again = meet(browser.newTab(), 'a').meeting
    again.enter()
    await settle()
    expect(again.isPresent).toBe(true)
  })

  test('is not present after a script has stolen its lock', async () => {
    const tab = createFakeBrowser().newTab()
    const { meeting } = meet(tab, 'a')
    meeting.enter()
    await settle()
    tab.steal('device/tab/a')
    await settle()
    expect(stateOf(meeting)).toEqual({ isPresent: false, isOpen: true })
  })

  test('stays present when the request of an earlier visit fails late', async () => {
    const failures: ((error: Error) => void)[] = []
    const tabs: Tabs = {
      ...createFakeBrowser().newTab(),
      lock: (_, _signal, whileHeld) =>
        new Promise((resolve, reject) => {
          failures.push(reject)
          void whileHeld().then(resolve)
        }),
    }
    const { meeting } = meet(tabs, 'a')
    meeting.enter()
    meeting.leave()
    meeting.enter()
    failures[0]?.(new Error('late'))
    await settle()
    expect(meeting.isPresent).toBe(true)
    meeting.leave()
  })

  test('is alone when the browser denies channels', async () => {
    const openChannel = (): never => {
      throw new Error('denied')
    }
    const { meeting, onPresent } = meet({ ...createFakeBrowser().newTab(), openChannel }, 'a')
    meeting.enter()
    await settle()
    expect([stateOf(meeting), onPresent.mock.calls]).toEqual([{ isPresent: false, isOpen: false }, []])
  })

  test('is alone without tabs', () => {
    const { meeting } = meet({ missing: 'none' }, 'a')
    meeting.enter()
    expect(meeting.isOpen).toBe(false)
    meeting.whenGone('b', () => expect.unreachable())()
  })

  test('hears each message once, although it enters twice', async () => {
    const browser = createFakeBrowser()
    const [own, other] = ['a', 'b'].map((tab) => meet(browser.newTab(), tab)) as [Met, Met]
    for (const { meeting } of [own, own, other]) meeting.enter()
    other.meeting.post({ type: 'ask' })
    await settle()
    expect(own.received).toEqual([{ type: 'ask' }])
  })

  test('hears the tabs of its device only', async () => {
    const browser = createFakeBrowser()
    const own = meet(browser.newTab(), 'a')
    const [sameDevice, other] = [meet(browser.newTab(), 'b'), meet(browser.newTab(), 'c', 'other')]
    for (const { meeting } of [own, sameDevice, other]) meeting.enter()
    own.meeting.post({ type: 'ask' })
    await settle()
    expect([own.received, sameDevice.received, other.received]).toEqual([[], [{ type: 'ask' }], []])
  })

  test('notices the end of another tab, unless it has stopped waiting', async () => {
    const browser = createFakeBrowser()
    const [own, other, third] = ['a', 'b', 'b'].map((tab) => meet(browser.newTab(), tab).meeting) as [
      Meeting,
      Meeting,
      Meeting,
    ]
    other.enter()
    await settle()
    const [onGone, onStopped] = [vi.fn<() => void>(), vi.fn<() => void>()]
    own.whenGone('b', onStopped)()
    own.whenGone('b', onGone)
    await settle()
    expect(onGone).not.toHaveBeenCalled()
    other.leave()
    await settle()
    expect([onGone.mock.calls.length, onStopped.mock.calls.length]).toEqual([1, 0])
    third.enter()
    await settle()
    expect(third.isPresent).toBe(true)
  })

  test('does not call for a tab whose end it no longer waits for when the lock arrives', async () => {
    const { meeting } = meet(createFakeBrowser().newTab(), 'a')
    const onGone = vi.fn<() => void>()
    const stop = meeting.whenGone('b', onGone)
    await Promise.resolve()
    stop()
    await settle()
    expect(onGone).not.toHaveBeenCalled()
  })
})
