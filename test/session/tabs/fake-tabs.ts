import type { Tabs } from '../../../core/src/tabs/tabs.ts'

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

interface Holder {
  readonly tab: FakeTab
  readonly end: (error?: Error) => void
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
  const posted: { readonly type: string }[] = []
  const channels = new Set<{
    readonly name: string
    readonly tab: FakeTab
    readonly receive: (data: unknown) => void
  }>()
  const lines = new Map<string, { readonly tab: FakeTab; readonly enter: () => void }[]>()
  const holders = new Map<string, Holder>()
  let ids = 0

  function next(name: string): void {
    if (!holders.has(name)) lines.get(name)?.shift()?.enter()
  }

  function newTab(): FakeTab {
    let delayed: (() => void)[] | undefined
    let stalled: (() => void)[] | undefined
    let crashed = false
    const own: FakeTab = {
      deaf: false,
      newId: () => `id ${++ids}`,
      lock: (name, signal, whileHeld) =>
        new Promise((resolve, reject) => {
          const leaveLine = (): void => {
            lines.set(name, lines.get(name)?.filter((other) => other !== place) ?? [])
            reject(signal.reason as Error)
          }
          const place = {
            tab: own,
            enter() {
              signal.removeEventListener('abort', leaveLine)
              const holder: Holder = {
                tab: own,
                end(error) {
                  if (holders.get(name) !== holder) return
                  holders.delete(name)
                  if (error === undefined) resolve()
                  else reject(error)
                  next(name)
                },
              }
              holders.set(name, holder)
              queueMicrotask(() => void whileHeld().then(() => holder.end()))
            },
          }
          signal.addEventListener('abort', leaveLine)
          lines.set(name, [...(lines.get(name) ?? []), place])
          queueMicrotask(() => next(name))
        }),
      openChannel(name, onMessage) {
        const channel = {
          name,
          tab: own,
          receive(data: unknown) {
            if (stalled === undefined) onMessage(data)
            else stalled.push(() => channels.has(channel) && onMessage(data))
          },
        }
        channels.add(channel)
        return {
          post(message) {
            if (crashed) return
            const data = structuredClone(message) as { type: string }
            posted.push(data)
            const send = (): void => {
              for (const other of [...channels]) {
                if (other === channel || other.name !== name) continue
                queueMicrotask(() => {
                  if (channels.has(other) && !other.tab.deaf) other.receive(structuredClone(data))
                })
              }
            }
            if (delayed === undefined) send()
            else delayed.push(send)
          },
          close: () => channels.delete(channel),
        }
      },
      crash() {
        crashed = true
        for (const channel of [...channels]) if (channel.tab === own) channels.delete(channel)
        for (const [name, line] of lines) {
          lines.set(
            name,
            line.filter(({ tab }) => tab !== own),
          )
        }
        for (const [name, { tab }] of [...holders]) {
          if (tab !== own) continue
          holders.delete(name)
          next(name)
        }
      },
      delay() {
        delayed ??= []
      },
      deliver(count) {
        const late = delayed ?? []
        delayed = count === undefined ? undefined : late.slice(count)
        for (const send of late.slice(0, count)) send()
      },
      stall() {
        stalled ??= []
      },
      resume() {
        const late = stalled ?? []
        stalled = undefined
        for (const receive of late) receive()
      },
      steal: (name) => holders.get(name)?.end(new DOMException('Lock was stolen', 'AbortError')),
    }
    return own
  }

  return { newTab, posted }
}
