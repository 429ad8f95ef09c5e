import type { Tabs } from '../../../core/src/tabs/tabs.ts'

/** One tab of a fake browser. */
export interface FakeTab extends Tabs {
  /** Its lock falls to the next, and nothing of it runs or is heard any more. */
  crash(): void
  /** What it posts from here on stays under way. */
  delay(): void
  /**
   * What was under way arrives, in its order: the first few, or all, and nothing is delayed any
   * more.
   */
  deliver(count?: number): void
  /** Whether messages reach it; those that do not are lost. */
  deaf: boolean
  /** What is posted to it from here on waits until it is heard. */
  stall(): void
  hear(): void
  /** Takes the lock away from its holder, as `steal` does. */
  steal(name: string): void
}

interface Holder {
  readonly tab: FakeTab
  readonly end: (error?: Error) => void
}

export interface FakeBrowser {
  newTab(): FakeTab
  /** All that was posted. */
  readonly posted: readonly { readonly type: string }[]
}

/**
 * Locks and channels between tabs, as the Web has them: first come, first served; each sender's
 * messages in order.
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
    let under: (() => void)[] | undefined
    let unheard: (() => void)[] | undefined
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
            if (unheard === undefined) onMessage(data)
            else unheard.push(() => channels.has(channel) && onMessage(data))
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
            if (under === undefined) send()
            else under.push(send)
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
        under ??= []
      },
      deliver(count) {
        const late = under ?? []
        under = count === undefined ? undefined : late.slice(count)
        for (const send of late.slice(0, count)) send()
      },
      stall() {
        unheard ??= []
      },
      hear() {
        const late = unheard ?? []
        unheard = undefined
        for (const receive of late) receive()
      },
      steal: (name) => holders.get(name)?.end(new DOMException('Lock was stolen', 'AbortError')),
    }
    return own
  }

  return { newTab, posted }
}
