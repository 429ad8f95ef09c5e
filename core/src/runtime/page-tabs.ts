import type { NoTabs, Tabs } from '../tabs/tabs.ts'

/** Finds Web Locks and BroadcastChannel of the page or worker, or names the missing API. */
export function findTabs(): Tabs | NoTabs {
  try {
    return tabsOfRuntime()
  } catch (error) {
    // Reading a property may throw a SecurityError, like that of a storage in a sandboxed frame.
    return { missing: `This page may not use them: ${String(error)}` }
  }
}

function tabsOfRuntime(): Tabs | NoTabs {
  const { navigator: ofRuntime, BroadcastChannel: Channel } = globalThis as Partial<typeof globalThis>
  // In happy-dom, `locks` is null.
  const locks: LockManager | null | undefined = ofRuntime?.locks
  if (locks === undefined || locks === null)
    return { missing: 'There are no Web Locks here; a page has them over https: and at localhost' }
  if (Channel === undefined) return { missing: 'There is no BroadcastChannel here' }
  return {
    newId: () => crypto.randomUUID(),
    lock: (name, signal, whileHeld) => locks.request(name, { signal }, whileHeld),
    openChannel(name, onMessage) {
      const channel = new Channel(name)
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => onMessage(data))
      return {
        // A channel stays within its origin.
        // oxlint-disable-next-line unicorn/require-post-message-target-origin
        post: (message) => channel.postMessage(message),
        close: () => channel.close(),
      }
    },
  }
}
