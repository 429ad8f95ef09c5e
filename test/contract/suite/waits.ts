import * as waits from '../../support/waits.ts'

/** A device and a hub on the same machine need milliseconds. A busy machine can need seconds. */
const LIMIT_IN_MS = 10_000

/** @throws Error that names the missing event */
export function within<T>(promise: Promise<T>, what: string): Promise<T> {
  return waits.within(what, promise, LIMIT_IN_MS)
}

/** Polls until the condition holds. The state of the hub sends no events. */
export function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  return waits.until(what, isTrue, LIMIT_IN_MS)
}

/** The items so far, and a wait for the next. */
export interface Recording<T> {
  readonly items: readonly T[]
  readonly add: (item: T) => void
  /** Resolves with the first item of this kind, past or future. */
  find(what: string, isIt: (item: T) => boolean): Promise<T>
}

export function createRecording<T>(): Recording<T> {
  const items: T[] = []
  const checks = new Set<() => void>()
  return {
    items,
    add(item) {
      items.push(item)
      for (const check of [...checks]) check()
    },
    find(what, isIt) {
      let check = (): void => {}
      const found = new Promise<T>((resolve) => {
        check = () => {
          const item = items.find(isIt)
          if (item !== undefined) resolve(item)
        }
        checks.add(check)
        check()
      })
      return within(found, what).finally(() => checks.delete(check))
    },
  }
}

/** Returns the reason of a promise that must reject. */
export async function reasonOf(promise: Promise<unknown>, what: string): Promise<unknown> {
  const outcome = await within(
    promise.then(
      (value) => ({ value }),
      (reason: unknown) => ({ reason }),
    ),
    what,
  )
  if ('reason' in outcome) return outcome.reason
  throw new Error(`${what}: was not rejected but gave ${JSON.stringify(outcome.value)}`)
}
