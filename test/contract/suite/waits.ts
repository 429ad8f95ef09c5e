/** Nothing between a device and a hub on one machine takes seconds; a machine under load may. */
const PATIENCE_IN_MS = 10_000

/** @throws Error that names what did not come */
export async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${PATIENCE_IN_MS} ms`)), PATIENCE_IN_MS)
  })
  try {
    return await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}

/** Asks until the answer is yes: for what the hub does, which sends no events. */
export function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_IN_MS
  const ask = async (): Promise<void> => {
    while (!(await isSo())) {
      if (Date.now() > end) throw new Error(`${what}: not within ${PATIENCE_IN_MS} ms`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  return ask()
}

/** What came, and a wait for what is to come. */
export interface Recording<T> {
  readonly items: readonly T[]
  readonly add: (item: T) => void
  /** Resolves with the first item of this kind, whether it is there already or comes later. */
  find(what: string, isIt: (item: T) => boolean): Promise<T>
}

export function createRecording<T>(): Recording<T> {
  const items: T[] = []
  const looks = new Set<() => void>()
  return {
    items,
    add(item) {
      items.push(item)
      for (const look of [...looks]) look()
    },
    find(what, isIt) {
      let look = (): void => {}
      const found = new Promise<T>((resolve) => {
        look = () => {
          const item = items.find(isIt)
          if (item !== undefined) resolve(item)
        }
        looks.add(look)
        look()
      })
      return within(found, what).finally(() => looks.delete(look))
    },
  }
}

/** The reason of a promise that is to be rejected. */
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
