import type { Channel, NoTabs, Tabs } from '../tabs/tabs.ts'
import { type DeviceMessage, readDeviceMessage } from './device-messages.ts'

/**
 * The channel between the features of the tabs, and a lock of each tab. The lock shows the leader
 * that the tab still exists. A page with a channel or a lock cannot enter the back/forward cache,
 * so a sleeping tab leaves.
 */
export interface TabChannel {
  /** The lock is held, so the leader may rely on this tab. */
  readonly isPresent: boolean
  /** There may be other tabs. */
  readonly isOpen: boolean
  enter(): void
  leave(): void
  post(message: DeviceMessage): void
  /** Calls once when the tab no longer exists. @returns stops waiting */
  whenGone(tab: string, call: () => void): () => void
}

export interface TabChannelListeners {
  onMessage(message: DeviceMessage): void
  /** The leader may rely on this tab from now on. */
  onPresent(): void
}

/**
 * @param name the same in all tabs of the device
 * @param tab the name of this tab
 */
export function createTabChannel(
  tabs: Tabs | NoTabs,
  name: string,
  tab: string,
  { onMessage, onPresent }: TabChannelListeners,
): TabChannel {
  let channel: Channel | undefined
  let isPresent = false
  let release = (): void => {}
  let request: AbortController | undefined

  function handleData(data: unknown): void {
    const message = readDeviceMessage(data)
    if (message !== undefined) onMessage(message)
  }

  function holdLock(present: Tabs, own: AbortController): void {
    const held = present.lock(lockOf(name, tab), own.signal, async () => {
      if (own.signal.aborted) return
      isPresent = true
      onPresent()
      await new Promise<void>((resolve) => {
        release = resolve
      })
    })
    held.catch(() => {
      // Without its lock, a tab claims no message.
      if (request === own) isPresent = false
    })
  }

  return {
    get isPresent() {
      return isPresent
    },
    get isOpen() {
      return channel !== undefined
    },
    enter() {
      if ('missing' in tabs || channel !== undefined) return
      try {
        channel = tabs.openChannel(`${name}/features/1`, handleData)
      } catch {
        // The browser denies channels, so this tab is alone.
        return
      }
      request = new AbortController()
      holdLock(tabs, request)
    },
    leave() {
      channel?.close()
      channel = undefined
      isPresent = false
      request?.abort()
      request = undefined
      release()
    },
    post: (message) => channel?.post(message),
    whenGone(other, call) {
      const stop = new AbortController()
      if (!('missing' in tabs)) {
        const gone = tabs.lock(lockOf(name, other), stop.signal, async () => {
          if (!stop.signal.aborted) call()
        })
        // The browser denies locks, or the caller has stopped.
        gone.catch(() => {})
      }
      return () => stop.abort()
    },
  }
}

function lockOf(name: string, tab: string): string {
  return `${name}/tab/${tab}`
}
