import { openSharedTwin } from 'hubtwin/light/shared-twin'
import { webStorage } from 'hubtwin/web-storage'
import type { TestHub } from './suite/test-hub.ts'
import { within } from './suite/waits.ts'

/** The offers of a runtime to hubtwin: `yes`, a part of it, or the reason why not. */
export interface Capabilities {
  /** `native`, or the npm package that stands in for it. */
  readonly webSocket: string
  /** Tabs and workers share a connection. */
  readonly tabs: string
  /** `webStorage()` keeps reports. */
  readonly webStorage: string
  /** `fileStorage()` keeps reports. */
  readonly fileStorage: string
  /** Events after which a twin checks its connection. */
  readonly wakeEvents: string
}

/** Stores and reads a value. Absent where no module can reach a file system. */
export type FileProbe = () => Promise<void>

/** Finds out by use, not by names: a runtime can have an API that always throws. */
export async function probe(hub: TestHub, useFile?: FileProbe): Promise<Capabilities> {
  return {
    webSocket: 'WebSocket' in globalThis ? 'native' : 'package `ws`',
    tabs: await probeTabs(hub),
    webStorage: await yesUnless(async () => {
      const storage = webStorage()
      await storage.set('hubtwin-probe', 'a')
      const value = await storage.get('hubtwin-probe')
      await storage.remove('hubtwin-probe')
      if (value !== 'a') throw new Error('It forgets at once')
    }),
    fileStorage: useFile === undefined ? 'There is no file system here' : await yesUnless(useFile),
    wakeEvents: wakeEvents(),
  }
}

async function probeTabs(hub: TestHub): Promise<string> {
  const device = await hub.createDevice()
  const twin = openSharedTwin(device.connectionString)
  try {
    const role = await within(
      new Promise<string>((resolve) => {
        twin.onRole((now) => {
          if (now.type === 'leader') resolve('yes')
          if (now.type === 'alone') resolve(now.reason)
        })
      }),
      'a role',
    )
    return role
  } finally {
    await twin.close()
  }
}

/** The twin listens to these in core/src/runtime/page-wake.ts. */
function wakeEvents(): string {
  if ('document' in globalThis) return 'page and network'
  if ('ononline' in globalThis) return 'network'
  return 'There are no such events here; pass a `wakeSource`'
}

async function yesUnless(use: () => Promise<void>): Promise<string> {
  try {
    await use()
    return 'yes'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
