import { describe, expect, type Mock, test, vi } from 'vitest'
import { createTabChannel, type TabChannel } from '../../../core/src/shared-device/tab-channel.ts'
import type { DeviceMessage } from '../../../core/src/shared-device/device-messages.ts'
import type { NoTabs, Tabs } from '../../../core/src/tabs/tabs.ts'
import { settle } from '../fake-clock.ts'
import { createFakeBrowser } from './fake-tabs.ts'

interface Entered {
  readonly tabChannel: TabChannel
  readonly received: DeviceMessage[]
  readonly onPresent: Mock<() => void>
}

function openTab(tabs: Tabs | NoTabs, tab: string, name = 'device'): Entered {
  const received: DeviceMessage[] = []
  const onPresent = vi.fn<() => void>()
  const onMessage = (message: DeviceMessage): void => void received.push(message)
  return { tabChannel: createTabChannel(tabs, name, tab, { onMessage, onPresent }), received, onPresent }
}

const stateOf = ({ isPresent, isOpen }: TabChannel): object => ({ isPresent, isOpen })

describe('A channel of a tab', () => {
  test('is present with its lock, until it leaves', async () => {
    const { tabChannel, onPresent } = openTab(createFakeBrowser().newTab(), 'a')
    expect(stateOf(tabChannel)).toEqual({ isPresent: false, isOpen: false })
    tabChannel.enter()
    expect(stateOf(tabChannel)).toEqual({ isPresent: false, isOpen: true })
    expect(onPresent).not.toHaveBeenCalled()
    await settle()
    expect(stateOf(tabChannel)).toEqual({ isPresent: true, isOpen: true })
    expect(onPresent).toHaveBeenCalledOnce()
    tabChannel.leave()
    expect(stateOf(tabChannel)).toEqual({ isPresent: false, isOpen: false })
  })

  test('is not present when it leaves while its lock arrives, and frees the lock', async () => {
    const browser = createFakeBrowser()
    const { tabChannel, onPresent } = openTab(browser.newTab(), 'a')
    tabChannel.enter()
    // The lock is there, and its callback follows.
    await Promise.resolve()
    tabChannel.leave()
    await settle()
    expect([stateOf(tabChannel), onPresent.mock.calls]).toEqual([{ isPresent: false, isOpen: false }, []])
    const again = openTab(browser.newTab(), 'a').tabChannel
    again.enter()
    await settle()
    expect(again.isPresent).toBe(true)
  })

  test('is not present after a script has stolen its lock', async () => {
    const tab = createFakeBrowser().newTab()
    const { tabChannel } = openTab(tab, 'a')
    tabChannel.enter()
    await settle()
    tab.steal('device/tab/a')
    await settle()
    expect(stateOf(tabChannel)).toEqual({ isPresent: false, isOpen: true })
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
    const { tabChannel } = openTab(tabs, 'a')
    tabChannel.enter()
    tabChannel.leave()
    tabChannel.enter()
    failures[0]?.(new Error('late'))
    await settle()
    expect(tabChannel.isPresent).toBe(true)
    tabChannel.leave()
  })

  test('is alone when the browser denies channels', async () => {
    const openChannel = (): never => {
      throw new Error('denied')
    }
    const { tabChannel, onPresent } = openTab({ ...createFakeBrowser().newTab(), openChannel }, 'a')
    tabChannel.enter()
    await settle()
    expect([stateOf(tabChannel), onPresent.mock.calls]).toEqual([{ isPresent: false, isOpen: false }, []])
  })

  test('is alone without tabs', () => {
    const { tabChannel } = openTab({ missing: 'none' }, 'a')
    tabChannel.enter()
    expect(tabChannel.isOpen).toBe(false)
    tabChannel.whenGone('b', () => expect.unreachable())()
  })

  test('hears each message once, although it enters twice', async () => {
    const browser = createFakeBrowser()
    const [own, other] = ['a', 'b'].map((tab) => openTab(browser.newTab(), tab)) as [Entered, Entered]
    for (const { tabChannel } of [own, own, other]) tabChannel.enter()
    other.tabChannel.post({ type: 'ask' })
    await settle()
    expect(own.received).toEqual([{ type: 'ask' }])
  })

  test('hears the tabs of its device only', async () => {
    const browser = createFakeBrowser()
    const own = openTab(browser.newTab(), 'a')
    const [sameDevice, other] = [openTab(browser.newTab(), 'b'), openTab(browser.newTab(), 'c', 'other')]
    for (const { tabChannel } of [own, sameDevice, other]) tabChannel.enter()
    own.tabChannel.post({ type: 'ask' })
    await settle()
    expect([own.received, sameDevice.received, other.received]).toEqual([[], [{ type: 'ask' }], []])
  })

  test('notices the end of another tab, unless it has stopped waiting', async () => {
    const browser = createFakeBrowser()
    const [own, other, third] = ['a', 'b', 'b'].map((tab) => openTab(browser.newTab(), tab).tabChannel) as [
      TabChannel,
      TabChannel,
      TabChannel,
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
    const { tabChannel } = openTab(createFakeBrowser().newTab(), 'a')
    const onGone = vi.fn<() => void>()
    const stop = tabChannel.whenGone('b', onGone)
    await Promise.resolve()
    stop()
    await settle()
    expect(onGone).not.toHaveBeenCalled()
  })
})
