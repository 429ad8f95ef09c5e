import type { HubError } from './calls.ts'
import { listDevices } from './calls.ts'
import type { Model } from './model.ts'
import { createModel } from './model.ts'
import type { Told } from './told-event.ts'

/** How the page and its hub stand. */
export type FeedState =
  { readonly type: 'connecting' } | { readonly type: 'live' } | { readonly type: 'lost'; readonly why: string }

/** Keeps a model in step with the hub, while the page is shown. */
export interface Feed {
  readonly model: Model
  readonly state: FeedState
  clearLines(): void
  /** @returns takes the listener off again */
  onChange(listener: () => void): () => void
  /** Called with each event at once. @returns takes the listener off again */
  onTold(listener: (told: Told) => void): () => void
}

const retryInMs = 2000
/** How much of what was before the page begins with. */
const recent = 200

export function createFeed(): Feed {
  const { model, expect, take, add, clear } = createModel()
  const listeners = new Set<() => void>()
  const toldListeners = new Set<(told: Told) => void>()
  let state: FeedState = { type: 'connecting' }
  let source: EventSource | undefined
  let lastEventId: string | undefined
  let isListing = false
  let isStale = false
  let isDue = false

  /** Views are drawn once a frame, however many events come. */
  function changed(): void {
    if (isDue) return
    isDue = true
    requestAnimationFrame(() => {
      isDue = false
      for (const listener of listeners) listener()
    })
  }

  function become(next: FeedState): void {
    state = next
    changed()
  }

  /** A stream first and then a list, so that nothing falls between the two: the list says which events it knows of. */
  async function list(): Promise<void> {
    if (isListing) {
      isStale = true
      return
    }
    isListing = true
    isStale = false
    expect()
    try {
      take(await listDevices())
      become({ type: 'live' })
    } catch (error) {
      become({ type: 'lost', why: (error as HubError).message })
      setTimeout(() => void list(), retryInMs)
    } finally {
      isListing = false
      if (isStale) void list()
    }
  }

  function open(): void {
    const query = lastEventId === undefined ? `recent=${recent}` : `after=${lastEventId}`
    source = new EventSource(`/hub/events?${query}`)
    source.addEventListener('open', () => void list())
    source.addEventListener('message', ({ data, lastEventId: id }: MessageEvent<string>) => {
      lastEventId = id
      const told = JSON.parse(data) as Told
      add(told, data)
      for (const listener of toldListeners) listener(told)
      if (told.type === 'missed') void list()
      changed()
    })
    source.addEventListener('error', () => {
      become({ type: 'lost', why: 'The hub does not answer: is it running?' })
      // A browser gives up where it was refused, as by a proxy in between.
      if (source?.readyState === EventSource.CLOSED) setTimeout(open, retryInMs)
    })
  }

  // A browser has six connections for a hub without HTTP/2, and pages behind others would take them all.
  document.addEventListener('visibilitychange', () => {
    source?.close()
    if (!document.hidden) open()
  })
  if (!document.hidden) open()

  return {
    model,
    get state() {
      return state
    },
    clearLines() {
      clear()
      changed()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onTold(listener) {
      toldListeners.add(listener)
      return () => void toldListeners.delete(listener)
    },
  }
}
