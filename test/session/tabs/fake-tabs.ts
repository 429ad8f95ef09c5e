import type { Tabs } from '../../../core/src/tabs/tabs.ts'
import { type ChannelOwner, createFakeChannels, type FakeChannels } from './fake-channels.ts'
import { createFakeLocks, type FakeLocks } from './fake-locks.ts'

/** A tab of a fake browser. */
export interface FakeTab extends Tabs {
  /** The next tab gets its lock, and the other tabs get no more messages from it. */
  crash(): void
  /** Delays the messages that the tab posts from now on. */
  delay(): void
  /**
   * Delivers the first delayed messages, in order. Without a count, delivers all of them and ends
   * the delay.
   */
  deliver(count?: number): void
  /** `true` loses every message to the tab. */
  deaf: boolean
  /** Delays the messages to the tab until `resume`. */
  stall(): void
  resume(): void
  /** Takes the lock from its holder, like the option `steal` of Web Locks. */
  steal(name: string): void
}

export interface FakeBrowser {
  newTab(): FakeTab
  /** All messages so far. */
  readonly posted: readonly { readonly type: string }[]
}

/**
 * Locks and channels between tabs, like those of the Web: tabs get a lock in the order of their
 * requests, and the messages of a sender arrive in order.
 */
export function createFakeBrowser(): FakeBrowser {
  const locks = createFakeLocks()
  const channels = createFakeChannels()
  let ids = 0
  return { newTab: () => createTab(locks, channels, () => `id ${++ids}`), posted: channels.posted }
}

function createTab(locks: FakeLocks, channels: FakeChannels, newId: () => string): FakeTab {
  const state: ChannelOwner = { deaf: false, delayed: undefined, stalled: undefined, crashed: false }
  return {
    get deaf() {
      return state.deaf
    },
    set deaf(isDeaf) {
      state.deaf = isDeaf
    },
    newId,
    lock: (...request) => locks.lock(state, ...request),
    openChannel: (...request) => channels.open(state, ...request),
    crash() {
      state.crashed = true
      channels.closeAll(state)
      locks.release(state)
    },
    delay() {
      state.delayed ??= []
    },
    deliver(count) {
      const late = state.delayed ?? []
      state.delayed = count === undefined ? undefined : late.slice(count)
      for (const send of late.slice(0, count)) send()
    },
    stall() {
      state.stalled ??= []
    },
    resume() {
      const late = state.stalled ?? []
      state.stalled = undefined
      for (const receive of late) receive()
    },
    steal: locks.steal,
  }
}
