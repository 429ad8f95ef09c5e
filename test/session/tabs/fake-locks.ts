import type { Tabs } from '../../../core/src/tabs/tabs.ts'

interface Holder {
  readonly owner: object
  readonly end: (error?: Error) => void
}

interface Waiting {
  readonly owner: object
  readonly enter: () => void
}

/** Locks like Web Locks: the owners get a lock in the order of their requests. */
export interface FakeLocks {
  lock(owner: object, ...request: Parameters<Tabs['lock']>): Promise<void>
  /** Removes an owner from every line, and passes its locks on. */
  release(owner: object): void
  /** Takes a lock from its holder, like the option `steal` of Web Locks. */
  steal(name: string): void
}

export function createFakeLocks(): FakeLocks {
  const lines = new Map<string, readonly Waiting[]>()
  const holders = new Map<string, Holder>()

  function next(name: string): void {
    if (holders.has(name)) return
    const [first, ...others] = lines.get(name) ?? []
    lines.set(name, others)
    first?.enter()
  }

  function leave(name: string, mustLeave: (waiting: Waiting) => boolean): void {
    lines.set(name, lines.get(name)?.filter((waiting) => !mustLeave(waiting)) ?? [])
  }

  return {
    lock: (owner, name, signal, whileHeld) =>
      new Promise((resolve, reject) => {
        const leaveLine = (): void => {
          leave(name, (waiting) => waiting === place)
          reject(signal.reason as Error)
        }
        const place: Waiting = {
          owner,
          enter() {
            signal.removeEventListener('abort', leaveLine)
            const holder: Holder = {
              owner,
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
    release(owner) {
      for (const name of lines.keys()) leave(name, (waiting) => waiting.owner === owner)
      for (const [name, holder] of [...holders]) {
        if (holder.owner !== owner) continue
        holders.delete(name)
        next(name)
      }
    },
    steal: (name) => holders.get(name)?.end(new DOMException('Lock was stolen', 'AbortError')),
  }
}
