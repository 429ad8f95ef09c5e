import type { HubEvent, MissedEvents } from './hub-event.ts'

/**
 * The selection of events that a reader gets.
 *
 * @example
 * ```ts
 * import { type HubEvents, type MissedEvents, type ReadOptions, startHub } from 'hubtwin-emulator'
 *
 * async function countChanges(events: HubEvents, signal: AbortSignal): Promise<number> {
 *   const options: ReadOptions<'twin-changed'> = { types: ['twin-changed'], signal }
 *   let changes = 0
 *   const add = ({ count }: MissedEvents): void => void (changes += count)
 *   for await (const event of events.read(options)) {
 *     if (event.type === 'missed') add(event)
 *     else changes += 1
 *   }
 *   return changes
 * }
 *
 * const hub = await startHub()
 * console.log(await countChanges(hub.events, AbortSignal.timeout(10)))
 * await hub.close()
 * ```
 */
export interface ReadOptions<Type extends HubEvent['type'] = HubEvent['type']> {
  readonly signal?: AbortSignal
  /** Only events of these types. @default all types */
  readonly types?: readonly Type[]
  /** Only events of this device and its modules. @default all devices */
  readonly device?: string
  /**
   * How many unread events the reader keeps. Beyond that it drops the oldest events and delivers
   * `{ type: 'missed', count }` in their place.
   * @default 1000
   */
  readonly capacity?: number
}

type Read = HubEvent | MissedEvents

export interface Reader {
  readonly iterator: AsyncIterableIterator<Read>
  add(event: HubEvent): void
  /** Ends the reader. Unread events can still be read. */
  end(): void
}

/** A reader with its own pace and a bounded buffer. */
export function createReader({ signal, capacity = 1000, types, device }: ReadOptions, onEnd: () => void): Reader {
  const waiting: ((result: IteratorResult<Read>) => void)[] = []
  let unread: HubEvent[] = []
  let missed = 0
  let isOver = false

  function isWanted({ type, deviceId }: HubEvent): boolean {
    return (types === undefined || types.includes(type)) && (device === undefined || device === deviceId)
  }

  function add(event: HubEvent): void {
    if (isOver || !isWanted(event)) return
    const waiter = waiting.shift()
    if (waiter !== undefined) return waiter({ done: false, value: event })
    unread.push(event)
    if (unread.length <= capacity) return
    unread.shift()
    missed += 1
  }

  function end(): void {
    if (isOver) return
    isOver = true
    signal?.removeEventListener('abort', end)
    onEnd()
    for (const waiter of waiting.splice(0)) waiter({ done: true, value: undefined })
  }

  function next(): Promise<IteratorResult<Read>> {
    if (missed > 0) {
      const count = missed
      missed = 0
      return Promise.resolve({ done: false, value: { type: 'missed', count } })
    }
    const value = unread.shift()
    if (value !== undefined) return Promise.resolve({ done: false, value })
    if (isOver) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => waiting.push(resolve))
  }

  signal?.addEventListener('abort', end, { once: true })
  const iterator: AsyncIterableIterator<Read> = {
    [Symbol.asyncIterator]: () => iterator,
    next,
    return() {
      unread = []
      missed = 0
      end()
      return Promise.resolve({ done: true, value: undefined })
    },
  }
  return { iterator, add, end }
}
